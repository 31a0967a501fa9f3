#include "bnlab/data/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

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

Bytes InputFile::read(std::size_t count) {
  Bytes bytes(count);
  for (std::size_t done = 0; done < count;) {
    const ssize_t got = ::read(descriptor_, bytes.data() + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("%s: cannot be read: %s", path_.c_str(), std::strerror(errno));
    if (got == 0) fail("%s: expected %zu more bytes, the file ends", path_.c_str(), count - done);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

namespace {

constexpr const char* kBeside = ".part-XXXXXX";

// False: it failed, and errno says why.
bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 || errno == EINVAL;
}

// S_IFREG, S_IFDIR, …; 0: nothing is found under that name, and errno says why.
mode_t kind_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & S_IFMT : 0;
}

bool is_folder(const std::string& path) { return kind_of(path) == S_IFDIR; }

// A folder, a device, a pipe: not to be replaced.
bool exists_but_not_as_file(const std::string& path) { return kind_of(path) != 0 && kind_of(path) != S_IFREG; }

}  // namespace

void write_file(const std::string& path, std::string_view content) {
  if (exists_but_not_as_file(path)) fail("%s: expected a file's name to write, found something else", path.c_str());
  std::string beside = path + kBeside;  // all that a kill can leave behind
  const int descriptor = ::mkstemp(beside.data());
  if (descriptor < 0) fail("%s: cannot be written: %s", path.c_str(), std::strerror(errno));
  const mode_t mask = ::umask(0);  // mkstemp's files are private; ours are as any other
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
  const bool done = write_all(descriptor, content) && ::rename(beside.c_str(), path.c_str()) == 0;
  const int problem = errno;
  ::close(descriptor);
  if (done) return;
  ::unlink(beside.c_str());
  fail("%s: cannot be written: %s; what was there before is unharmed", path.c_str(), std::strerror(problem));
}

void write_npy(const std::string& path, const Tensor& matrix) {
  std::string header = format("{'descr': '<f%zu', 'fortran_order': False, 'shape': (%zu, %zu), }", sizeof(real),
                              matrix.rows(), matrix.cols());
  header.resize(round_up(10 + header.size() + 1, 64) - 10, ' ');
  header.back() = '\n';
  std::string content("\x93NUMPY\1\0", 8);
  content += {static_cast<char>(header.size() % 256), static_cast<char>(header.size() / 256)};
  content += header;
  content.append(reinterpret_cast<const char*>(matrix.row(0)), matrix.size() * sizeof(real));
  write_file(path, content);
}

std::string one_word(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) <= ' ') c = '_';
  }
  return text;
}

std::string joined(const std::vector<std::size_t>& numbers, const char* between) {
  std::string text;
  for (const std::size_t number : numbers) text += (text.empty() ? "" : between) + std::to_string(number);
  return text;
}

void make_writable_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (!problem && !is_folder(path)) fail("%s: expected a folder to write to, found a file", path.c_str());
  if (!problem && ::access(path.c_str(), W_OK | X_OK) != 0) problem = {errno, std::generic_category()};
  if (problem) fail("%s: expected a folder to write to: %s", path.c_str(), problem.message().c_str());
}

void check_writable(const std::string& file_path) {
  if (exists_but_not_as_file(file_path)) {
    fail("%s: expected a file's name to write, found %s", file_path.c_str(),
         is_folder(file_path) ? "a folder" : "something else");
  }
  std::string folder = fs::path(file_path).parent_path().string();
  if (folder.empty()) folder = ".";
  if (!is_folder(folder)) fail("%s: the folder %s does not exist", file_path.c_str(), folder.c_str());
  const bool unusable = (kind_of(file_path) == 0 && errno != ENOENT) ||          // a loop of links
                        (kind_of(file_path + kBeside) == 0 && errno != ENOENT);  // too long a name
  if (unusable || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    fail("%s: cannot be written: %s", file_path.c_str(), std::strerror(errno));
  }
}

}  // namespace bnlab
