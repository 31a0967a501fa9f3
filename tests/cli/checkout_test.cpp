// A checkout where git is set to end lines with CR LF, as on Windows and in WSL: what the shell, make and awk read must
// have LF all the same.
#include "program.hpp"

namespace bnlab::testing::checkout_test {

namespace {

using Words = std::vector<std::string>;
namespace fs = std::filesystem;

// git, without what the user or the machine has set.
Outcome git(const Words& words, const std::string& folder) {
  Words all = {"git", "-c", "safe.directory=*", "-c", "user.name=test", "-c", "user.email=test"};
  all.insert(all.end(), words.begin(), words.end());
  return run_program("/usr/bin/env", all, folder,
                     {.environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_NOSYSTEM", "1"}}});
}

const std::string kAttributes = ".gitattributes";

// A repository of the files that the project keeps, as they are here, and of others if `with_attributes` is false.
void make_repository(const std::string& folder, bool with_attributes) {
  const Outcome list = git({"ls-files", "-z", "--cached", "--others", "--exclude-standard"}, ".");
  REQUIRE(list.status == 0);
  std::istringstream names(list.out);
  for (std::string name; std::getline(names, name, '\0');) {
    const bool is_there =
        fs::exists(name) && !fs::exists(folder + "/" + name);          // while merging, a name comes repeatedly
    const bool is_large = name.find("-images-") != std::string::npos;  // labels are binary files, too, and small
    if (!is_there || is_large || (!with_attributes && name == kAttributes)) continue;
    fs::create_directories(fs::path(folder + "/" + name).parent_path());
    fs::copy(name, folder + "/" + name, fs::copy_options::copy_symlinks);
  }
  REQUIRE(git({"init", "-q"}, folder).status == 0);
  REQUIRE(git({"add", "-A"}, folder).status == 0);
  REQUIRE(git({"commit", "-q", "-m", "all"}, folder).status == 0);
}

// The files of a checkout with core.autocrlf=true that are not as they are in the project.
Words changed_files(const std::string& repository, const std::string& checkout) {
  REQUIRE(git({"-c", "core.autocrlf=true", "clone", "-q", repository, checkout}, ".").status == 0);
  Words changed;
  for (const auto& entry : fs::recursive_directory_iterator(repository)) {
    const std::string name = fs::relative(entry.path(), repository).string();
    if (!entry.is_regular_file() || name.starts_with(".git/")) continue;
    if (read_text(checkout + "/" + name) != read_text(entry.path().string())) changed.push_back(name);
  }
  return changed;
}

bool contains_name(const Words& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("checkout: with core.autocrlf=true every file has the bytes that it has here") {
  if (git({"rev-parse", "--git-dir"}, ".").status != 0) {
    MESSAGE("git is not here, or this is no repository: not tried");
    return;
  }
  const TempFolder folder;
  make_repository(folder / "with", true);
  CHECK(changed_files(folder / "with", folder / "a checkout") == Words{});
  // Without the attributes it would be otherwise, so that the test can see it.
  make_repository(folder / "without", false);
  const Words changed = changed_files(folder / "without", folder / "another checkout");
  for (const char* name : {"Makefile", "tests/run.sh", "tests/rules.mk", "tests/summary.awk", "tests/mutants/files.txt",
                           "data/sets.txt"}) {
    CAPTURE(name);
    CHECK(contains_name(changed, name));
  }
}

}  // namespace bnlab::testing::checkout_test
