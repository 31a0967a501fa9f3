// Files are written whole or not at all, and read with their problems named.
#include "bnlab/data/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::file_test {
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}
using Names = std::vector<std::string>;

unsigned permissions(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777u;
}

bool one_line_about(const std::string& path, const std::string& error) {
  return error.rfind(path + ": ", 0) == 0 && error.size() > path.size() + 2 && !contains(error, "\n");
}

}  // namespace

TEST_CASE("Writing: a file holds what was written, byte by byte, and nothing is left beside it") {
  const TempFolder folder;
  for (const std::size_t size : {0u, 1u, 300'000u}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 256);
    write_file(folder / "a file", content);
    CHECK(read_text(folder / "a file") == content);
  }
  CHECK(names_in(folder.path()) == Names{"a file"});
}

TEST_CASE("Writing: who has the old file open goes on reading the old content, whole") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_file(path, "the old content");
  InputFile old(path);
  write_file(path, "new");
  CHECK(read_text(path) == "new");
  const Bytes bytes = old.read(15);
  CHECK(std::string(bytes.begin(), bytes.end()) == "the old content");
}

TEST_CASE("Writing: a new file has the permissions of any other, as the umask says") {
  const TempFolder folder;
  const mode_t before = ::umask(027);
  write_file(folder / "group", "x");
  const mode_t after = ::umask(0);
  write_file(folder / "all", "x");
  ::umask(before);
  CHECK(permissions(folder / "group") == 0640);
  CHECK(permissions(folder / "all") == 0666);
  CHECK(after == 027);  // and the umask is left as it was
}

TEST_CASE("Writing: where it cannot be, the error names the file and nothing is left behind") {
  const TempFolder folder;
  const std::string nowhere = folder / "missing/model";
  CHECK(one_line_about(nowhere, error_of([&] { write_file(nowhere, "x"); })));
  fs::create_directory(folder / "target");
  const std::string target = folder / "target";
  CHECK(one_line_about(target, error_of([&] { write_file(target, "x"); })));
  CHECK(fs::is_directory(target));
  CHECK(names_in(target).empty());
  write_text(folder / "plain", "text");
  const std::string under = folder / "plain/model";
  CHECK(one_line_about(under, error_of([&] { write_file(under, "x"); })));
  CHECK(names_in(folder.path()) == Names{"plain", "target"});
}

TEST_CASE("Writing: when the system takes only a part, the old file stays and the part is removed") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_file(path, "old");
  // A limit on the length of files acts as a full disk does: first a short write, then an error.
  struct rlimit limit {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  struct rlimit small = limit;
  small.rlim_cur = 4096;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string error = error_of([&] { write_file(path, std::string(10'000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  CHECK(one_line_about(path, error));
  CHECK(read_text(path) == "old");
  CHECK(names_in(folder.path()) == Names{"model"});
}

TEST_CASE("Writing: a pipe or a device is not replaced by a file") {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(one_line_about(pipe, error_of([&] { write_file(pipe, "x"); })));
  CHECK(fs::is_fifo(pipe));
  CHECK(names_in(folder.path()) == Names{"pipe"});
}

TEST_CASE("Reading: a file's length is known, and its bytes come one after the other") {
  const TempFolder folder;
  write_text(folder / "f", std::string("ab\0\nef", 6));
  InputFile file(folder / "f");
  CHECK(file.size() == 6);
  CHECK(file.path() == folder / "f");
  CHECK(file.read(1) == Bytes{'a'});
  CHECK(file.read(3) == Bytes{'b', '\0', '\n'});
  CHECK(file.read(2) == Bytes{'e', 'f'});
  CHECK(file.read(0).empty());
}

TEST_CASE("Reading: past the end is an error that counts what is missing") {
  const TempFolder folder;
  write_text(folder / "f", "abcd");
  InputFile file(folder / "f");
  const std::string error = error_of([&] { file.read(6); });
  CHECK(one_line_about(folder / "f", error));
  CHECK(contains(error, "expected 2 more bytes"));
}

TEST_CASE("Reading: what is missing or no file is refused by its name") {
  const TempFolder folder;
  const auto refused = [](const std::string& path, const char* reason) {
    const std::string error = error_of([&] { InputFile{path}; });
    CAPTURE(error);
    CHECK(one_line_about(path, error));
    CHECK(contains(error, reason));
  };
  refused(folder / "missing", "No such file");
  refused(folder.path(), "found a folder");
  refused(folder / std::string(300, 'n'), "too long");
  const std::string pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int open_end = ::open(pipe.c_str(), O_RDWR);  // else opening it to read would wait for a writer
  refused(pipe, "expected a regular file");
  ::close(open_end);
}

TEST_CASE("Folders: one to write in is made, with those above it, or the error says why not") {
  const TempFolder folder;
  for (const char* name : {"a/b/c", "a/b/c", "with slash/", "."}) {
    make_writable_folder(folder / name);
    CHECK(fs::is_directory(folder / name));
  }
  CHECK(names_in(folder / "a/b/c").empty());
  write_text(folder / "plain", "text");
  for (const char* name : {"plain", "plain/under", "plain/under/that"}) {
    CHECK(one_line_about(folder / name, error_of([&] { make_writable_folder(folder / name); })));
  }
  CHECK(read_text(folder / "plain") == "text");
}

TEST_CASE("Folders: a run finds out at its beginning whether its file can be written at its end") {
  const TempFolder folder;
  write_text(folder / "plain", "text");
  CHECK(error_of([&] { check_writable(folder / "new"); }).empty());
  CHECK(error_of([&] { check_writable(folder / "plain"); }).empty());
  CHECK(error_of([] { check_writable("a name without a folder"); }).empty());
  for (const std::string& path : {folder.path(), folder / "missing/model", folder / "plain/model"}) {
    CHECK(one_line_about(path, error_of([&] { check_writable(path); })));
  }
  fs::create_symlink("loop", folder / "loop");
  for (const std::string& path : {folder / std::string(300, 'n'), folder / "loop/model"}) {
    CHECK(one_line_about(path, error_of([&] { check_writable(path); })));
  }
  CHECK(read_text(folder / "plain") == "text");
  CHECK(names_in(folder.path()) == Names{"loop", "plain"});
}

}  // namespace bnlab::testing::file_test
