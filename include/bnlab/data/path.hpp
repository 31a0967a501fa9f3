// Paths: what is there, where links lead, and whether two paths mean the same file.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace bnlab {

// "a folder", "a pipe", …: what a file of that mode is, in words.
inline const char* kind_of_file(mode_t mode) {
  if (S_ISREG(mode)) return "a file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// Whether there is anything at that path, links followed. Error: the system cannot tell, and its reason: a folder on
// the way may not be entered or is a file, a name is too long, links form a loop.
bool path_exists(const std::string& path);
bool is_folder(const std::string& path);  // Error: as above

// The names in a folder, sorted. Error: it cannot be read, and the system's reason.
std::vector<std::string> names_in_folder(const std::string& folder);

// The path without slashes at its end: "data/mnist" of "data/mnist/".
std::string without_final_slash(const std::string& path);

// The last name of a path, however it is written: "mnist" of "data/mnist", "data/mnist/" and "data/mnist/raw/..", and
// of "." in that folder. Empty: there is none, as of "/".
std::string last_name(const std::string& path);

// The folder that the path's last name is in: "." for a name alone.
std::string folder_of(const std::string& path);

// Where a file that is written to that path belongs: the path itself or, where that is a symbolic link, where the link
// points. Nothing need be there yet. Error: a loop of links.
std::string end_of_links(const std::string& path);

// What a path means, however it is spelled and through whatever links: a file that exists, or a name in a folder that
// does.
struct FileIdentity {
  dev_t device = 0;
  ino_t number = 0;
  std::string name = "";  // of a file that does not exist yet; device and number are then the folder's

  bool operator==(const FileIdentity&) const = default;
};
FileIdentity identity_of(const std::string& path);       // Error: a loop of links
FileIdentity identity_of(const struct stat& of_a_file);  // of one that exists

}  // namespace bnlab
