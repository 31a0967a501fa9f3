// Panels of all kinds, with the values that runs which went wrong have, too.
#pragma once

#include "../support.hpp"
#include "bnlab/lab/figures/figure.hpp"

namespace bnlab::testing {

inline double random_value(Random& random) {
  switch (random.below(12)) {
    case 0:
      return NAN;
    case 1:
      return HUGE_VAL;
    case 2:
      return -HUGE_VAL;
    case 3:
      return 0;
    case 4:
      return random.uniform(-1, 1) * 1e200;
    case 5:
      return random.uniform(-1, 1) * 1e-200;
    case 6:
      return std::pow(10, random.uniform(-30, 30));
    default:
      return random.uniform(-10, 100);
  }
}

inline Panel random_panel(Random& random) {
  Panel panel;
  panel.title = "panel";
  panel.x = {"x", random.below(2) == 0};
  panel.y = {"y", random.below(2) == 0};
  const std::uint32_t categories = random.below(3) == 0 ? 1 + random.below(9) : 0;
  for (std::uint32_t i = 0; i < categories; ++i) panel.x.names.push_back(std::string(random.below(40), 'n'));
  for (std::uint32_t k = random.below(6); k > 0; --k) {
    Series series{std::string(random.below(30), 's'), {}};
    for (std::uint32_t i = random.below(30); i > 0; --i) {
      Mark mark;
      mark.x = categories > 0 ? static_cast<double>(random.below(categories + 1)) : random_value(random);
      mark.y = random_value(random);
      if (random.below(2) == 0) mark.low = random_value(random);
      if (random.below(2) == 0) mark.high = random_value(random);
      for (std::uint32_t seed = random.below(4); seed > 0; --seed) mark.each.push_back(random_value(random));
      series.marks.push_back(mark);
    }
    panel.series.push_back(series);
  }
  return panel;
}

}  // namespace bnlab::testing
