#include "bnlab/data/path.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace fs = std::filesystem;
namespace {

constexpr int kMostLinks = 40;  // as Linux follows

// Whether there is anything; `info` then describes it. Error: see path_exists.
bool look_at(const std::string& path, struct stat& info) {
  if (::stat(path.c_str(), &info) == 0) return true;
  if (errno == ENOENT) return false;
  fail("%s: cannot be looked at: %s", path.c_str(), std::strerror(errno));
}

// Where the symbolic link at that path points. Empty: there is none.
std::string read_link(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  return length > 0 ? std::string(target, static_cast<std::size_t>(length)) : "";
}

}  // namespace

bool path_exists(const std::string& path) {
  struct stat info {};
  return look_at(path, info);
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return look_at(path, info) && S_ISDIR(info.st_mode);
}

std::vector<std::string> names_in_folder(const std::string& folder) {
  DIR* const stream = ::opendir(folder.c_str());
  if (stream == nullptr) fail("%s: the folder cannot be read: %s", folder.c_str(), std::strerror(errno));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

std::string without_final_slash(const std::string& path) {
  const fs::path given = path;
  return given.filename().empty() ? given.parent_path().string() : path;
}

std::string last_name(const std::string& path) {
  std::error_code problem;  // a working directory that is gone has no name
  const fs::path whole = fs::absolute(path + "/", problem);
  const fs::path normal = (problem ? fs::path(path + "/") : whole).lexically_normal();
  return normal.parent_path().filename().string();
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string end_of_links(const std::string& path) {
  std::string end = path;
  for (int links = 0; links <= kMostLinks; ++links) {
    const std::string target = read_link(end);
    if (target.empty()) return end;
    end = target.front() == '/' ? target : folder_of(end) + "/" + target;
  }
  fail("%s: cannot be looked at: %s", path.c_str(), std::strerror(ELOOP));
}

FileIdentity identity_of(const struct stat& info) { return {.device = info.st_dev, .number = info.st_ino}; }

FileIdentity identity_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return identity_of(info);
  const std::string end = end_of_links(path);
  if (::stat(folder_of(end).c_str(), &info) != 0) return {.name = end};
  FileIdentity identity = identity_of(info);
  identity.name = fs::path(end).filename().string();
  return identity;
}

}  // namespace bnlab
