// Charts of curves drawn with characters.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

struct Curve {
  std::string name;
  char mark;                   // 'o'; '#' where curves overlap
  std::string colour;          // escape sequence; empty: none
  std::vector<double> values;  // one per step, the first at the left edge
};

// A chart of the given height in rows and width in columns (the axes' labels come on top of that), with a line that
// names the marks. More values than columns are averaged, so noise is smoothed; a curve with fewer values than another
// ends earlier; values that are not finite are left out.
std::string draw_chart(const std::string& title, const std::vector<Curve>& curves, double first_x, double last_x,
                       const std::string& x_name, std::size_t width = 64, std::size_t height = 12);

}  // namespace bnlab
