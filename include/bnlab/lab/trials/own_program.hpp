// The running program's own file.
#pragma once

#include <string>

namespace bnlab {

// A fingerprint of its bytes, so that results of another version can be told from this one's. Error: the system does not
// say where the file is, or it cannot be read.
std::string program_fingerprint();

}  // namespace bnlab
