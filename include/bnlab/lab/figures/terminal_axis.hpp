// What the two kinds of terminal charts share: the axis below, and the look of a series.
#pragma once

#include <string>

#include "bnlab/lab/figures/scale.hpp"

namespace bnlab {

// The axis from column `gutter` on, at least 1, `width` characters long, with a + at each labelled tick, and its labels
// below; the corner is one character to the left:
//   "     -+---------+---------+-"
//   "      0        10        20"
std::string axis_below(const Scale& scale, std::size_t gutter, std::size_t width);

// A series' sign and colour: an escape sequence, empty where `colour` is false.
char sign_of(std::size_t series);
std::string terminal_colour(std::size_t series, bool colour);

}  // namespace bnlab
