// PGM (grey) and PPM (colour), the image formats of Netpbm: "P5 28 28 255", white space, then the pixels.
#pragma once

#include <string>

#include "bnlab/data/picture.hpp"

namespace bnlab {

// Reads a PGM (P2, P5: one channel) or PPM (P3, P6: red, green, blue) file of any size and scales its values to 0 …
// 255. Error: one line that says what the file is instead, and how to convert it.
Picture read_pnm(const std::string& path);

}  // namespace bnlab
