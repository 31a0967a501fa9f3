// Images, bars and curves drawn with characters.
#pragma once

#include "bnlab/data/picture.hpp"

namespace bnlab {

// What the reader's screen can show: nothing but letters, the 256 colours of xterm, or 24 bits per pixel.
enum class Colours { none, of_256, of_24_bits };

// One string per line, two rows of pixels in each. In colour each character is an upper half block, its own colour the
// upper pixel, the background's the lower one; without, it is a letter as dense as the two are bright.
std::vector<std::string> draw_picture(const Picture& picture, Colours colours);

// A bar of that part of `width`, in eighths of a character.
std::string bar(double part, std::size_t width);

struct Curve {
  std::string name;
  char mark;                   // 'o'; '#' stands where curves meet
  std::string colour;          // escape sequence; empty: none
  std::vector<double> values;  // one per step, the first at the left edge
};

// A chart of the given height in rows and width in columns (the axes' labels come on top of that), with a line that
// names the marks. More values than columns are averaged, so noise is smoothed; a curve with fewer values than another
// ends earlier; values that are not finite are left out.
std::string draw_chart(const std::string& title, const std::vector<Curve>& curves, double first_x, double last_x,
                       const std::string& x_name, std::size_t width = 64, std::size_t height = 12);

}  // namespace bnlab
