// A figure's panel drawn with characters, for the terminal.
#pragma once

#include <string>

#include "bnlab/lab/figures/figure.hpp"

namespace bnlab {

// Lines of at most `columns` characters (fewer than 40 count as 40, more than 200 as 200). On a numeric x axis each
// series has a sign; categories are rows, each interval a bar: |---o---|. `colour`: with the terminal's escape
// sequences.
std::string terminal_chart(const Panel& panel, std::size_t columns = 80, bool colour = false);

}  // namespace bnlab
