// PGM (grey) and PPM (colour), the image formats of Netpbm: "P5 28 28 255", one white space character, then the pixels.
//
// They are read as the format's specification (the manual pages pgm and ppm of Netpbm) has it, one image to a file,
// with one exception: after the largest value a CR LF may stand for the white space character, if the length of the
// file says that it does.
#pragma once

#include <string>

#include "bnlab/data/picture.hpp"

namespace bnlab {

// Reads a PGM (P2, P5: one channel) or PPM (P3, P6: red, green, blue) file of any size and scales its values to 0 …
// 255. Error: one line that says what the file is instead, and how to convert it.
Picture read_pnm(const std::string& path);

}  // namespace bnlab
