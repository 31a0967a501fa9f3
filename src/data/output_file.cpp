#include "bnlab/data/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "bnlab/core/error.hpp"
#include "bnlab/core/held_signals.hpp"
#include "bnlab/data/path.hpp"

namespace bnlab {
namespace fs = std::filesystem;
namespace {

// What is written, and where.
struct Target {
  std::string path;  // as the user named it, for messages
  std::string end;   // where its links lead
  bool exists = false;
  struct stat info {};  // of what exists
};

[[noreturn]] void fail_to_write(const Target& target, int problem, const char* more = "") {
  fail("%s: cannot be written: %s%s", target.path.c_str(), std::strerror(problem), more);
}

// Error: what is there must not be replaced, or cannot be looked at.
Target find_target(const std::string& path) {
  Target target{.path = path, .end = end_of_links(path)};
  target.exists = ::stat(path.c_str(), &target.info) == 0;
  if (!target.exists && errno != ENOENT) fail_to_write(target, errno);
  if (!target.exists) return target;
  if (!S_ISREG(target.info.st_mode)) {
    fail("%s: expected a file's name to write, found %s", path.c_str(), kind_of_file(target.info.st_mode));
  }
  constexpr mode_t kAnyWrite = S_IWUSR | S_IWGRP | S_IWOTH;
  if ((target.info.st_mode & kAnyWrite) == 0) {
    fail("%s: cannot be written: it is write-protected; name another file, or: chmod u+w %s", path.c_str(),
         path.c_str());
  }
  if (::access(path.c_str(), W_OK) != 0) fail_to_write(target, errno);
  return target;
}

// Why no file could be made there, errno having the system's reason.
[[noreturn]] void fail_to_create(const Target& target) {
  const int problem = errno;
  const std::string folder = folder_of(target.end);
  struct stat info {};
  const bool has_folder = ::stat(folder.c_str(), &info) == 0;
  if (problem == ENOENT && !has_folder) fail("%s: the folder %s does not exist", target.path.c_str(), folder.c_str());
  if (problem == ENOENT) fail("%s: the folder %s has been removed", target.path.c_str(), folder.c_str());
  const bool only_folder_is_protected = problem == EACCES && target.exists;  // find_target() has looked at the file
  fail_to_write(target, problem,
                only_folder_is_protected ? "; a new file is written beside it, so its folder must be writable" : "");
}

// "model.part-000123" beside the file: the only one that a killed process can leave behind. What is longer than a
// file's name may be is cut.
std::string temporary_name(const std::string& path, unsigned number) {
  constexpr std::size_t kLongest = 200;
  const std::string name = fs::path(path).filename().string().substr(0, kLongest);
  return (fs::path(path).parent_path() / (name + format(".part-%06x", number))).string();
}

// A new file beside the target, which vanishes at the end unless it has taken the target's place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Target& target) : target_(target) {
    const mode_t mode = target.exists ? 0600 : 0666;  // less what the umask says; take_over_permissions() has the rest
    unsigned number = static_cast<unsigned>(::getpid());
    do {
      path_ = temporary_name(target.end, number & 0xffffffu);
      descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
      ++number;
    } while (descriptor_ < 0 && errno == EEXIST);
    if (descriptor_ < 0) fail_to_create(target);
  }
  ~TemporaryFile() {
    ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

  // These are false if they fail; errno has the reason.
  bool write(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(descriptor_) == 0 || errno == EINVAL;
  }
  bool take_its_place() {
    if (::rename(path_.c_str(), target_.end.c_str()) != 0) return false;
    path_.clear();
    return true;
  }

  // Those of the file that is replaced. Where its group cannot be kept, the new one gets no more rights than others
  // have.
  void take_over_permissions() const {
    const struct stat& old = target_.info;
    mode_t mode = old.st_mode & 0777u;
    struct stat mine {};
    ::fstat(descriptor_, &mine);
    const bool is_same_owner = mine.st_uid == old.st_uid && mine.st_gid == old.st_gid;
    const bool kept = is_same_owner || ::fchown(descriptor_, old.st_uid, old.st_gid) == 0 ||
                      ::fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) == 0;
    const mode_t of_others = mode & 07u;
    if (!kept) mode &= 0707u | of_others << 3;
    ::fchmod(descriptor_, mode);  // some file systems have no permissions to set
  }

 private:
  const Target& target_;
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace

void write_file(const std::string& path, std::string_view content) {
  const HeldSignals held;
  const Target target = find_target(path);
  TemporaryFile temporary(target);
  if (target.exists) temporary.take_over_permissions();
  if (temporary.write(content) && temporary.take_its_place()) return;
  fail_to_write(target, errno, "; what was there before is unharmed");
}

void make_writable_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (!problem && !is_folder(path)) fail("%s: expected a folder to write to, found a file", path.c_str());
  if (!problem && ::access(path.c_str(), W_OK | X_OK) != 0) problem = {errno, std::generic_category()};
  if (problem) fail("%s: expected a folder to write to: %s", path.c_str(), problem.message().c_str());
}

void check_writable(const std::string& file_path) {
  const HeldSignals held;
  const Target target = find_target(file_path);
  const TemporaryFile made_for_a_moment(target);
}

bool ignores_case(const std::string& folder) {
  const HeldSignals held;
  const Target target{.path = folder + "/CASE", .end = folder + "/CASE"};
  const TemporaryFile upper(target);
  const std::string name = fs::path(upper.path()).filename().string();
  return ::access((folder + "/" + lower_case(name)).c_str(), F_OK) == 0;
}

}  // namespace bnlab
