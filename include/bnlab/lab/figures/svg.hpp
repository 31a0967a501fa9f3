// A figure as an SVG image for a page: readable in colour and without, on light pages and dark ones, by eye or by ear.
#pragma once

#include <string>

#include "bnlab/lab/figures/figure.hpp"

namespace bnlab {

// The whole file. It needs nothing else: no script, no font, no other file. The same figure gives the same bytes in any
// locale.
std::string svg_of(const Figure& figure);

}  // namespace bnlab
