// The measured peak performance of this machine.
#pragma once

#include <chrono>

#include "bnlab/core/threads.hpp"

namespace bnlab {

class Stopwatch {
 public:
  // Seconds since the last call, or since the beginning.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    return passed.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// No arithmetic can be faster than the first, nor the traffic of what the caches cannot hold than the second.
struct Limits {
  double gflops = 0;     // 1e9 multiplications and additions per second, on numbers in registers
  double gigabytes = 0;  // 1e9 bytes per second, read and written, outside the caches
};
Limits measure_limits(ThreadPool& threads);

// Multiplications and additions per second, measured once, for a few hundredths of a second at most.
double peak_gflops(ThreadPool& threads);

}  // namespace bnlab
