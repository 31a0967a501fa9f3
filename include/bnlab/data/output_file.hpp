// Files that are written, completely or not at all, or removed.
//
// A new file is written beside the one that it replaces, and renamed when it is whole. So that the user notices nothing
// of it,
//   - a symbolic link stays one: what it points to is written, and created if it is missing;
//   - the file's permissions are kept, its owner and group where the system allows it (access control lists are not); a
//     new file has those that the umask leaves;
//   - a file that is write-protected (mode 444) is not replaced, not even by root;
//   - what is no regular file, such as a folder, a pipe or /dev/null, is not replaced.
// Other hard links of the file keep its old content: they are other names, and only the one given is written.
#pragma once

#include <string>
#include <string_view>

namespace bnlab {

// `path` contains either its old content or all of the new, even after a crash. A signal that ends the program takes
// effect when the file is written. Error: the system's message; what was there before is unharmed.
void write_file(const std::string& path, std::string_view content);

// A file that is to be no more, if there is one. A symbolic link stays one, as when it is written, and what it points to is
// removed. Error: the system's message.
void remove_file(const std::string& path);

// Creates the folder and its parents. Error if that fails or the folder is not writable.
void make_writable_folder(const std::string& path);

// Error if a file of that name could not be written, so that a run fails at its start and not at its end. The folder
// must exist; a file is made in it for a moment, as there is no other way to be sure.
void check_writable(const std::string& file_path);

// Whether "model" and "MODEL" would be one file in that folder, as they usually are on macOS and Windows.
bool ignores_case(const std::string& folder);

}  // namespace bnlab
