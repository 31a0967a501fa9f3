#include "bnlab/lab/figures/spread.hpp"

#include <algorithm>
#include <numeric>

namespace bnlab {
namespace {

// Labels that touch move as one: the first at `start`, each next one a gap further. The block's best place is the mean of
// where its members want it to start.
struct LabelBlock {
  double sum_of_starts;
  std::size_t count;
  double start() const { return sum_of_starts / static_cast<double>(count); }
};

// Blocks that overlap are merged until none does ("pool adjacent violators").
void push_and_merge(std::vector<LabelBlock>& blocks, double wanted, double gap) {
  blocks.push_back({wanted, 1});
  while (blocks.size() > 1) {
    const LabelBlock last = blocks.back();
    LabelBlock& before = blocks[blocks.size() - 2];
    const double before_size = gap * static_cast<double>(before.count);
    if (before.start() + before_size <= last.start()) return;
    before.sum_of_starts += last.sum_of_starts - before_size * static_cast<double>(last.count);
    before.count += last.count;
    blocks.pop_back();
  }
}

}  // namespace

std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high) {
  if (wanted.size() > 1) gap = std::min(gap, (high - low) / static_cast<double>(wanted.size() - 1));
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });

  std::vector<LabelBlock> blocks;
  for (const std::size_t i : order) push_and_merge(blocks, wanted[i], gap);

  std::vector<double> placed;  // in order
  for (const LabelBlock& block : blocks) {
    for (std::size_t i = 0; i < block.count; ++i) placed.push_back(block.start() + gap * static_cast<double>(i));
  }
  // Into the range. The nearest that keeps the gaps is at least i gaps from its low end, and as many from its high end as
  // there are labels after it.
  std::vector<double> result(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double least = low + gap * static_cast<double>(i);
    const double most = high - gap * static_cast<double>(order.size() - 1 - i);
    result[order[i]] = std::clamp(placed[i], least, std::max(least, most));
  }
  return result;
}

}  // namespace bnlab
