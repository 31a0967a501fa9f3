// Synthetic runs: numbers from a normal distribution.
#pragma once

#include <cmath>
#include <vector>

#include "bnlab/core/random.hpp"

namespace bnlab::testing {

// By the method of Box and Muller (1958).
inline double normal_number(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));  // 1 - u is never 0
  return radius * std::cos(2 * std::acos(-1.0) * random.uniform());
}

inline std::vector<double> normal_numbers(Random& random, std::size_t count, double mean, double deviation) {
  std::vector<double> numbers(count);
  for (double& number : numbers) number = mean + deviation * normal_number(random);
  return numbers;
}

}  // namespace bnlab::testing
