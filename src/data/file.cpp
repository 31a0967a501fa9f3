#include "bnlab/data/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <new>

namespace bnlab {
namespace fs = std::filesystem;

InputFile::InputFile(std::string path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) fail("%s: expected a readable file: %s", path_.c_str(), std::strerror(errno));
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor_);
    fail("%s: expected a regular file, found %s", path_.c_str(), S_ISDIR(info.st_mode) ? "a folder" : "something else");
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

namespace {

constexpr const char* kTemporarySuffix = ".part-XXXXXX";  // mkstemp replaces the X

// False if it failed; errno has the reason.
bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 || errno == EINVAL;
}

// S_IFREG, S_IFDIR, …, or 0 if there is nothing of that name; errno then has the reason.
mode_t file_type(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & S_IFMT : 0;
}

bool is_folder(const std::string& path) { return file_type(path) == S_IFDIR; }

// A folder, a device or a pipe, which must not be replaced.
bool is_not_a_regular_file(const std::string& path) { return file_type(path) != 0 && file_type(path) != S_IFREG; }

// A name that no file can have: too long, or a loop of symbolic links. errno then has the reason.
bool is_unusable_name(const std::string& path) { return file_type(path) == 0 && errno != ENOENT; }

}  // namespace

void write_file(const std::string& path, std::string_view content) {
  if (is_not_a_regular_file(path)) fail("%s: expected a file's name to write, found something else", path.c_str());
  std::string temporary = path + kTemporarySuffix;  // the only file that a killed process can leave behind
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) fail("%s: cannot be written: %s", path.c_str(), std::strerror(errno));
  // mkstemp's files are private; give ours the permissions of any new file.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
  const bool done = write_all(descriptor, content) && ::rename(temporary.c_str(), path.c_str()) == 0;
  const int problem = errno;
  ::close(descriptor);
  if (done) return;
  ::unlink(temporary.c_str());
  fail("%s: cannot be written: %s; what was there before is unharmed", path.c_str(), std::strerror(problem));
}

void make_writable_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (!problem && !is_folder(path)) fail("%s: expected a folder to write to, found a file", path.c_str());
  if (!problem && ::access(path.c_str(), W_OK | X_OK) != 0) problem = {errno, std::generic_category()};
  if (problem) fail("%s: expected a folder to write to: %s", path.c_str(), problem.message().c_str());
}

void check_writable(const std::string& file_path) {
  if (is_not_a_regular_file(file_path)) {
    fail("%s: expected a file's name to write, found %s", file_path.c_str(),
         is_folder(file_path) ? "a folder" : "something else");
  }
  std::string folder = fs::path(file_path).parent_path().string();
  if (folder.empty()) folder = ".";
  if (!is_folder(folder)) fail("%s: the folder %s does not exist", file_path.c_str(), folder.c_str());
  if (is_unusable_name(file_path) || is_unusable_name(file_path + kTemporarySuffix) ||
      ::access(folder.c_str(), W_OK | X_OK) != 0) {
    fail("%s: cannot be written: %s", file_path.c_str(), std::strerror(errno));
  }
}

}  // namespace bnlab
