#include "bnlab/lab/limits.hpp"

#include <algorithm>
#include <vector>

#include "bnlab/core/real.hpp"
#include "bnlab/core/simd.hpp"
#include "bnlab/data/file.hpp"

namespace bnlab {
namespace {

typedef real vec __attribute__((vector_size(kVectorBytes)));
constexpr std::size_t kSums = 12;  // enough that none waits for its last result, few enough for 16 registers

// sum <- sum · factor + term, over and over. They begin apart and are returned, so that the compiler cannot omit any.
[[gnu::noinline]] real multiply_and_add(std::size_t rounds, real factor) {
  vec sums[kSums];
  for (std::size_t i = 0; i < kSums; ++i) sums[i] = vec{} + static_cast<real>(2 + i);
  for (std::size_t i = 0; i < rounds; ++i) {
    for (vec& sum : sums) sum = sum * factor + (1 - factor);
  }
  real total = 0;
  for (const vec& sum : sums) total += sum[0];
  return total;
}

}  // namespace

double peak_gflops(ThreadPool& threads) {
  constexpr std::size_t kRounds = 200'000;
  std::vector<real> totals(threads.size());
  Stopwatch watch;
  parallel_for(&threads, totals.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) totals[i] = multiply_and_add(kRounds, real(0.999));
  });
  return 2e-9 * static_cast<double>(totals.size() * kRounds * kSums * kLanes) / watch.lap();
}

Limits measure_limits(ThreadPool& threads) {
  constexpr std::size_t kBytes = 64 << 20;  // more than most caches hold
  const Bytes from(kBytes, 1);
  Bytes to(kBytes);
  Limits best;
  for (int round = 0; round < 5; ++round) {
    Stopwatch watch;
    parallel_for(&threads, kBytes, 1 << 20,
                 [&](std::size_t begin, std::size_t end) { std::copy_n(&from[begin], end - begin, &to[begin]); });
    best.gigabytes = std::max(best.gigabytes, 2e-9 * kBytes / watch.lap());
  }
  for (int round = 0; round < 20; ++round) best.gflops = std::max(best.gflops, peak_gflops(threads));
  return best;
}

}  // namespace bnlab
