// Standard output: a terminal that shows colours and moving progress bars, or a file or pipe that gets plain lines.
#pragma once

#include <string>

#include "bnlab/lab/figures/drawing.hpp"

namespace bnlab {

struct Terminal {
  bool quiet = false;   // only result lines
  bool moving = false;  // lines can be overwritten
  bool colour = false;  // moving, and the environment has no NO_COLOR

  static Terminal detect(bool quiet);

  // printf to standard output, in the "C" locale, unless quiet.
  [[gnu::format(printf, 2, 3)]] void print(const char* pattern, ...) const;
  // Removes a progress bar.
  void clear_line() const;

  std::size_t columns() const;  // its width; 80 where it is unknown
  // For images: what --colours asks for, or ("auto") what the environment says of the terminal.
  Colours colours(const std::string& choice) const;
  // The escape sequence of that colour (33: yellow, 36: cyan); empty without colours.
  std::string colour_code(int colour_number) const;
};

}  // namespace bnlab
