// Files are written whole or not at all.
#include "bnlab/data/output_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "bnlab/data/file.hpp"
#include "bnlab/data/path.hpp"
#include "device.hpp"
#include "support.hpp"

namespace bnlab::testing::output_file_test {
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

TEST_CASE("Writing: through symbolic links the file at their end is written, and every link stays one") {
  const TempFolder folder;
  fs::create_directory(folder / "there");
  write_text(folder / "there/model", "old");
  fs::create_symlink("there/model", folder / "relative");
  fs::create_symlink(folder / "relative", folder / "chain");
  fs::create_symlink("there", folder / "folder");
  fs::create_symlink("there/to be", folder / "dangling");
  const auto written = [&](const char* name, const char* end) {
    CAPTURE(name);
    check_writable(folder / name);
    write_file(folder / name, name);
    CHECK(read_text(folder / "there/" + end) == name);
    CHECK(names_in(folder / "there").size() == (fs::exists(folder / "there/to be") ? 2 : 1));
  };
  written("relative", "model");
  written("chain", "model");
  written("folder/model", "model");
  written("folder/../relative", "model");
  written("dangling", "to be");
  for (const char* name : {"relative", "chain", "folder", "dangling"}) CHECK(fs::is_symlink(folder / name));
  CHECK_FALSE(fs::is_symlink(folder / "there/model"));
  CHECK(names_in(folder.path()) == Names{"chain", "dangling", "folder", "relative", "there"});
}

TEST_CASE("Writing: a link that leads to nothing that can be written is refused with the reason, and stays as it is") {
  const TempFolder folder;
  fs::create_directory(folder / "target");
  fs::create_symlink("target", folder / "to folder");
  const Device device;
  fs::create_symlink(device.path(), folder / "to device");
  fs::create_symlink("missing/model", folder / "to nowhere");
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("loop b", folder / "loop a");
  fs::create_symlink("loop a", folder / "loop b");
  const Names before = names_in(folder.path());
  struct {
    const char* name;
    const char* reason;
  } const cases[] = {{"to folder", "found a folder"},
                     {"to device", "found a device"},
                     {"to nowhere", "missing does not exist"},
                     {"loop", "Too many levels"},
                     {"loop a", "Too many levels"}};
  for (const auto& c : cases) {
    const std::string path = folder / c.name;
    for (const std::string& error :
         {error_of([&] { check_writable(path); }), error_of([&] { write_file(path, "x"); })}) {
      CAPTURE(error);
      CHECK(one_line_about(path, error));
      CHECK(contains(error, c.reason));
    }
    CHECK(fs::is_symlink(path));
  }
  CHECK(names_in(folder.path()) == before);
}

TEST_CASE("Removing: the file goes, a link to it stays, and where there is none nothing happens") {
  const TempFolder folder;
  write_text(folder / "file", "content");
  std::filesystem::create_symlink("file", folder / "link");
  remove_file(folder / "link");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK_FALSE(std::filesystem::exists(folder / "file"));
  CHECK(error_of([&] { remove_file(folder / "link"); }) == "");
  CHECK(error_of([&] { remove_file(folder / "none"); }) == "");
  std::filesystem::create_directory(folder / "folder");
  CHECK(error_of([&] { remove_file(folder / "folder"); }).starts_with(folder / "folder: cannot be removed: "));
}

TEST_CASE("Writing: an existing file keeps its permissions, whatever the umask") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_text(path, "old");
  fs::create_symlink("model", folder / "link");
  const mode_t before = ::umask(022);
  for (const unsigned mode : {0600u, 0640u, 0664u, 0666u, 0700u, 0777u, 0200u}) {
    for (const char* name : {"model", "link"}) {
      CAPTURE(mode);
      REQUIRE(::chmod(path.c_str(), mode) == 0);
      write_file(folder / name, name);
      CHECK(permissions(path) == mode);
    }
  }
  ::umask(before);
}

TEST_CASE("Writing: an existing file keeps its owner and group where the system allows it") {
  if (::geteuid() != 0) {
    MESSAGE("only root can give a file to another owner: not tried");
    return;
  }
  const TempFolder folder;
  const std::string path = folder / "model";
  write_text(path, "old");
  REQUIRE(::chown(path.c_str(), 1234, 5678) == 0);
  REQUIRE(::chmod(path.c_str(), 0660) == 0);
  write_file(path, "new");
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK(info.st_uid == 1234);
  CHECK(info.st_gid == 5678);
  CHECK(permissions(path) == 0660);
}

TEST_CASE("Writing: a write-protected file is refused, and stays") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_text(path, "old");
  fs::create_symlink("model", folder / "link");
  for (const unsigned mode : {0444u, 0400u, 0555u, 0u}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    for (const char* name : {"model", "link"}) {
      const std::string named = folder / name;
      for (const std::string& error :
           {error_of([&] { check_writable(named); }), error_of([&] { write_file(named, "x"); })}) {
        CAPTURE(error);
        CHECK(one_line_about(named, error));
        CHECK(contains(error, "write-protected"));
      }
    }
    CHECK(permissions(path) == mode);
  }
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  CHECK(read_text(path) == "old");
}

TEST_CASE("Writing: another hard link of the file keeps the old content") {
  const TempFolder folder;
  write_text(folder / "model", "old");
  fs::create_hard_link(folder / "model", folder / "copy");
  write_file(folder / "model", "new");
  CHECK(read_text(folder / "model") == "new");
  CHECK(read_text(folder / "copy") == "old");
}

TEST_CASE("Writing: what a killed process has left beside the file does not hinder, and is not touched") {
  const TempFolder folder;
  Names left;
  for (unsigned i = 0; i < 3; ++i) {
    left.push_back(format("model.part-%06x", (static_cast<unsigned>(::getpid()) + i) & 0xffffffu));
    write_text(folder / left.back(), "left");
  }
  write_file(folder / "model", "new");
  CHECK(read_text(folder / "model") == "new");
  for (const std::string& name : left) CHECK(read_text(folder / name) == "left");
  CHECK(names_in(folder.path()).size() == 4);
}

TEST_CASE("Writing: any name that the system takes will do, up to the longest; a longer one is called too long") {
  const TempFolder folder;
  const std::string longest(255, 'n');
  CHECK(error_of([&] { check_writable(folder / longest); }) == "");
  write_file(folder / longest, "x");
  CHECK(read_text(folder / longest) == "x");
  CHECK(names_in(folder.path()) == Names{longest});
  const std::string longer = folder / (longest + "n");
  for (const std::string& error :
       {error_of([&] { check_writable(longer); }), error_of([&] { write_file(longer, "x"); })}) {
    CHECK(one_line_about(longer, error));
    CHECK(contains(error, "File name too long"));
  }
}

TEST_CASE("Writing and reading: without file descriptors, the error says so") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_file(path, "old");
  struct rlimit limit {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  struct rlimit none = limit;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  const std::vector<std::string> errors = {error_of([&] { check_writable(path); }),
                                           error_of([&] { write_file(path, "x"); }), error_of([&] { InputFile{path}; }),
                                           error_of([&] { names_in_folder(folder.path()); })};
  ::setrlimit(RLIMIT_NOFILE, &limit);
  for (const std::string& error : errors) {
    CAPTURE(error);
    CHECK(error.starts_with(folder.path()));
    CHECK(contains(error, "Too many open files"));
  }
  CHECK(read_text(path) == "old");
  CHECK(names_in(folder.path()) == Names{"model"});
}

TEST_CASE("Writing: a signal that comes meanwhile takes effect when the file is whole") {
  const TempFolder folder;
  const std::string path = folder / "model";
  // Ended by signals at random moments, while it writes all the time.
  for (int trial = 0; trial < 40; ++trial) {
    fs::remove(path);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, SIG_DFL);  // not the test framework's
      for (char content = 'a';; content = content == 'z' ? 'a' : static_cast<char>(content + 1)) {
        write_file(path, std::string(100'000, content));
      }
    }
    for (int i = 0; i < 5000 && !fs::exists(path); ++i) ::usleep(1000);
    ::usleep(static_cast<useconds_t>(trial * 137));
    ::kill(child, trial % 2 == 0 ? SIGTERM : SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(names_in(folder.path()) == Names{"model"});
    const std::string content = read_text(path);
    CHECK(content == std::string(100'000, content.front()));
  }
}

TEST_CASE("Writing: in a program that a limit on files ends by a signal, nothing is left behind either") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_file(path, "old");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_DFL);
    const struct rlimit small { 4096, 4096 };
    const struct rlimit no_core {};
    ::setrlimit(RLIMIT_FSIZE, &small);
    ::setrlimit(RLIMIT_CORE, &no_core);
    error_of([&] { write_file(path, std::string(10'000, 'x')); });
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ));
  CHECK(read_text(path) == "old");
  CHECK(names_in(folder.path()) == Names{"model"});
}

TEST_CASE("Folders: that names differ in more than their case can be found out, and leaves nothing") {
  const TempFolder folder;
  write_text(folder / "Name", "x");
  CHECK(ignores_case(folder.path()) == fs::exists(folder / "nAME"));
  CHECK(names_in(folder.path()) == Names{"Name"});
}

}  // namespace bnlab::testing::output_file_test
