// Paths: what is there, where links lead, and which paths mean the same file.
#include "bnlab/data/path.hpp"

#include <unistd.h>

#include "support.hpp"

namespace bnlab::testing::path_test {
namespace fs = std::filesystem;

TEST_CASE("Paths: what is there is told from what is not, and from what cannot be known, with the reason") {
  const TempFolder folder;
  write_text(folder / "plain", "x");
  fs::create_symlink("plain", folder / "link");
  fs::create_symlink("missing", folder / "dangling");
  fs::create_symlink("loop", folder / "loop");
  CHECK(path_exists(folder / "plain"));
  CHECK(path_exists(folder / "link"));
  CHECK(path_exists(folder.path()));
  CHECK(is_folder(folder.path()));
  CHECK_FALSE(is_folder(folder / "plain"));
  for (const char* name : {"missing", "missing/x", "dangling"}) {
    CHECK_FALSE(path_exists(folder / name));
    CHECK_FALSE(is_folder(folder / name));
  }
  struct {
    std::string name;
    const char* reason;
  } const cases[] = {
      {"plain/x", "Not a directory"}, {"loop", "Too many levels"}, {std::string(300, 'n'), "File name too long"}};
  for (const auto& c : cases) {
    const std::string path = folder / c.name;
    for (const std::string& error : {error_of([&] { path_exists(path); }), error_of([&] { is_folder(path); })}) {
      CAPTURE(error);
      CHECK(error.starts_with(path + ": "));
      CHECK(contains(error, c.reason));
    }
  }
}

TEST_CASE("Paths: the names in a folder come sorted; one that cannot be read says why") {
  const TempFolder folder;
  for (const char* name : {"b", "a", ".c"}) write_text(folder / name, "x");
  CHECK(names_in_folder(folder.path()) == std::vector<std::string>{".c", "a", "b"});
  CHECK(
      contains(error_of([&] { names_in_folder(folder / "missing"); }), "missing: the folder cannot be read: No such"));
  CHECK(contains(error_of([&] { names_in_folder(folder / "a"); }), "a: the folder cannot be read: Not a directory"));
}

TEST_CASE("Paths: the folder of a path") {
  CHECK(folder_of("model") == ".");
  CHECK(folder_of("a/model") == "a");
  CHECK(folder_of("/a/b/model") == "/a/b");
  CHECK(folder_of("/model") == "/");
}

TEST_CASE("Paths: links are followed to their end, also where nothing is there yet; a loop is an error") {
  const TempFolder folder;
  fs::create_directory(folder / "there");
  fs::create_symlink("there/new", folder / "relative");
  fs::create_symlink(folder / "relative", folder / "absolute");
  fs::create_symlink("loop", folder / "loop");
  CHECK(end_of_links(folder / "plain") == folder / "plain");
  CHECK(end_of_links(folder / "relative") == folder / "there/new");
  CHECK(end_of_links(folder / "absolute") == folder / "there/new");
  CHECK(contains(error_of([&] { end_of_links(folder / "loop"); }), "loop: cannot be looked at: Too many levels"));
}

TEST_CASE("Paths: two mean the same file by what is there, or by the folder and the name of what is to come") {
  const TempFolder folder;
  fs::create_directory(folder / "a");
  write_text(folder / "a/file", "x");
  write_text(folder / "a/other", "x");
  fs::create_hard_link(folder / "a/file", folder / "hard");
  fs::create_symlink("a/file", folder / "soft");
  fs::create_symlink("a", folder / "b");
  fs::create_symlink("a/new", folder / "dangling");
  const auto same = [&](const char* x, const char* y) { return identity_of(folder / x) == identity_of(folder / y); };
  for (const char* spelled : {"a/./file", "b/file", "a/../a/file", "b/../a/file", "soft", "hard", "a//file"}) {
    CAPTURE(spelled);
    CHECK(same("a/file", spelled));
    CHECK_FALSE(same("a/other", spelled));
  }
  for (const char* spelled : {"a/new", "a/./new", "b/new", "a/../b/new", "dangling", "a//new"}) {
    CAPTURE(spelled);
    CHECK(same("a/new", spelled));
    CHECK_FALSE(same("new", spelled));
    CHECK_FALSE(same("a/newer", spelled));
    CHECK_FALSE(same("a", spelled));
  }
  CHECK_FALSE(same("missing/x", "missing/y"));
}

TEST_CASE("Paths: the last name, however the path is written") {
  for (const char* path : {"mnist", "mnist/", "mnist//", "./mnist", "data/mnist", "data/mnist/", "/data/mnist",
                           "data/mnist/.", "data/mnist/raw/..", "data/mnist/raw/../", "data/other/../mnist"}) {
    CHECK_MESSAGE(last_name(path) == "mnist", path);
  }
  const std::string here = fs::current_path().filename().string();
  CHECK(last_name(".") == here);
  CHECK(last_name("x/..") == here);
  CHECK(last_name("/") == "");
  CHECK(without_final_slash("data/mnist") == "data/mnist");
  CHECK(without_final_slash("data/mnist//") == "data/mnist");
  CHECK(without_final_slash("mnist/") == "mnist");
  CHECK(without_final_slash("/") == "/");
}

}  // namespace bnlab::testing::path_test
