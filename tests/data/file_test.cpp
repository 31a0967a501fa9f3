// Files are read with their problems named.
#include "bnlab/data/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support.hpp"

namespace bnlab::testing::file_test {

namespace {

bool one_line_about(const std::string& path, const std::string& error) {
  return error.rfind(path + ": ", 0) == 0 && error.size() > path.size() + 2 && !contains(error, "\n");
}

}  // namespace

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

}  // namespace bnlab::testing::file_test
