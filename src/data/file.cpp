#include "bnlab/data/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "bnlab/data/path.hpp"

namespace bnlab {

// For the reason in errno.
[[noreturn]] static void fail_to_open(const std::string& path) {
  const int problem = errno;
  if (problem == ENOENT) expect_working_directory(path);
  fail("%s: expected a readable file: %s", path.c_str(), std::strerror(problem));
}

InputFile::InputFile(std::string path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) fail_to_open(path_);
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor_);
    fail("%s: expected a regular file, found %s", path_.c_str(), kind_of_file(info.st_mode));
  }
  size_ = static_cast<std::size_t>(info.st_size);
}

InputFile::~InputFile() { ::close(descriptor_); }

// Error: not enough memory.
static Bytes bytes_for(const std::string& path, std::size_t count) {
  try {
    return Bytes(count);
  } catch (const std::bad_alloc&) {
    fail("%s: not enough memory for %zu bytes of it", path.c_str(), count);
  }
}

Bytes InputFile::read(std::size_t count) {
  Bytes bytes = bytes_for(path_, count);
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::read(descriptor_, bytes.data() + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("%s: cannot be read: %s", path_.c_str(), std::strerror(errno));
    if (got == 0) fail("%s: expected %zu more bytes, the file ends", path_.c_str(), count - done);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace bnlab
