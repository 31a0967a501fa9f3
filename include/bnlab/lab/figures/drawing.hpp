// Images and bars drawn with characters.
#pragma once

#include "bnlab/data/picture.hpp"

namespace bnlab {

// What the reader's terminal can show: nothing but letters, the 256 colours of xterm, or 24 bits per pixel.
enum class Colours { none, of_256, of_24_bits };

// One string per line, two rows of pixels in each. In colour each character is an upper half block: its foreground is
// the upper pixel, its background the lower one. Without colour it is a letter as dense as the two are bright.
std::vector<std::string> draw_picture(const Picture& picture, Colours colours);

// A bar of that part of `width`, in eighths of a character.
std::string bar(double part, std::size_t width);

}  // namespace bnlab
