#include "bnlab/lab/trials/own_program.hpp"

#if defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/file.hpp"

namespace bnlab {

// POSIX has no name for it; each system has its own.
static std::string own_path() {
#if defined(__APPLE__)
  std::uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  _NSGetExecutablePath(path.data(), &size);
  return path.c_str();
#elif defined(__FreeBSD__)
  return "/proc/curproc/file";
#else
  return "/proc/self/exe";
#endif
}

std::string program_fingerprint() {
  InputFile program(own_path());
  const Bytes bytes = program.read(program.size());
  return hexadecimal(fingerprint(text_of(bytes)));
}

}  // namespace bnlab
