#include "bnlab/train/state.hpp"

#include <algorithm>

namespace bnlab {

std::vector<Buffer> state_dict(Network& network) {
  std::vector<Buffer> state;
  for (const Parameter& p : network.parameters()) state.push_back({.name = p.name, .values = p.value});
  for (const Buffer& b : network.buffers()) state.push_back(b);
  return state;
}

std::vector<Buffer> state_of_run(Network& network, Optimizer& optimizer) {
  std::vector<Buffer> state = state_dict(network);
  for (const Buffer& b : optimizer.buffers()) state.push_back(b);
  return state;
}

bool is_finite(const std::vector<Buffer>& state) {
  return std::all_of(state.begin(), state.end(),
                     [](const Buffer& b) { return b.values == nullptr || is_finite(*b.values); });
}

}  // namespace bnlab
