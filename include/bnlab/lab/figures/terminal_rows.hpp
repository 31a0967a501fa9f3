// A panel with categories, as rows of a terminal chart.
#pragma once

#include <string>

#include "bnlab/lab/figures/figure.hpp"

namespace bnlab {

// A row for each mark: its name, the interval as a bar with the mean, the mean as a number. With several series a line with
// the category's name comes before the rows of its series. Values grow to the right; the axis is below.
//
//   batchnorm        |            |--o-|        93.2
//   plain            |  |-----o-----|           91.4
//                    +-----+------+------+---
//                          90     92     94
std::string rows_of_categories(const Panel& panel, std::size_t columns, bool colour);

}  // namespace bnlab
