// The samples in the repository: the bytes that their checksums name, their test images those of the published sets,
// and cut as the script says.
#include "cli/program.hpp"

namespace bnlab::testing::sample_test {
namespace {

const char* const kFiles[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                              "t10k-labels-idx1-ubyte"};

Outcome shell(const std::string& script, std::vector<std::string> words) {
  words.insert(words.begin(), {"-c", script, "sh"});
  return run_program("/bin/sh", words);
}

std::string sha256_of(const std::string& path) {
  const Outcome outcome =
      shell(R"({ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$1" 2> /dev/null | cut -c 1-64)", {path});
  return outcome.out.substr(0, 64);
}

}  // namespace

TEST_CASE("the samples have the bytes of their SHA256SUMS, and the test files those that the full sets are known by") {
  for (const std::string set : {"mnist", "fashion-mnist"}) {
    const std::string folder = "data/" + set + "-sample";
    const std::string sums = read_text(folder + "/SHA256SUMS");
    for (const std::string name : kFiles) {
      CAPTURE(folder);
      CAPTURE(name);
      const std::string sum = sha256_of(folder + "/" + name);
      CHECK(contains(sums, sum + "  " + name + "\n"));
      const bool whole = name.starts_with("t10k");
      CHECK(contains(read_text("data/sets.txt"), set + " file sha256 " + sum) == whole);
    }
    CHECK(read_text(folder + "/LICENSE").size() > 1000);
  }
}

TEST_CASE("cut_sample.sh: a sample of a sample is the same again, gzipped or not") {
  const TempFolder folder;
  REQUIRE(shell("sh data/cut_sample.sh data/mnist-sample \"$1\"", {folder / "plain"}).status == 0);
  REQUIRE(shell(R"(cp -R "$1/plain" "$1/packed" && gzip "$1"/packed/* && sh data/cut_sample.sh "$1/packed" "$1/again")",
                {folder.path()})
              .status == 0);
  for (const std::string name : kFiles) {
    const std::string bytes = read_text("data/mnist-sample/" + name);
    CHECK(read_text(folder / "plain/" + name) == bytes);
    CHECK(read_text(folder / "again/" + name) == bytes);
  }
}

}  // namespace bnlab::testing::sample_test
