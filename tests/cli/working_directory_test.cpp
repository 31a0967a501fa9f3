// A working directory that has been removed: where a path needs it, that is what is said.
#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::working_directory_test {

namespace {

namespace fs = std::filesystem;

// Ends with status 1 and one line that begins with `path` and has the reason.
void check_fails(const Outcome& outcome, const std::string& path, const std::string& reason) {
  CAPTURE(path);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(outcome.err.starts_with("bnlab: " + path));
  CHECK(contains(outcome.err, reason));
}

}  // namespace

TEST_CASE("folders: a working directory that has been removed is told from a missing file") {
  const TempFolder place;
  cut_sample(place / "data");
  const std::string model = place / "model";
  const std::string checkpoint = place / "checkpoint";
  const std::string data = " --data " + (place / "data");
  REQUIRE(bnlab_program({"train", "--quiet", "--data", place / "data", "--limit", "300", "--hidden", "8", "--epochs",
                         "1", "--save", model, "--checkpoint", checkpoint})
              .status == 0);
  const std::string at = "cd " + (place / "here") + " && rmdir " + (place / "here") + " && ";
  const auto run = [&](const std::string& words) {
    fs::create_directory(place / "here");
    return run_program("/bin/sh", {"-c", at + program() + " " + words});
  };
  const std::string train = "train --quiet --limit 300 --hidden 8 --epochs 1" + data;
  CHECK(run(train).status == 0);  // needs nothing of it
  CHECK(run("compare --quiet --limit 300 --hidden 8 --epochs 1" + data + " --out " + place.path()).status == 0);
  const std::pair<std::string, std::string> cases[] = {
      {train + " --save model", "model"},
      {train + " --log ./log", "./log"},
      {train + " --checkpoint out/checkpoint", "out/checkpoint"},
      {"train --init model", "model"},
      {"train", "data/"},
      {"train --data here", "here"},
      {"train --resume checkpoint", "checkpoint"},
      {"train --epochs 2 --resume " + checkpoint + data + " --log log", "log"},
      {"compare", "data/"},
      {"compare" + data, "build/"},
      {"compare" + data + " --out out", "out"},
      {"show", "data/"},
      {"show --data .", "."},
      {"show --data ./", "./"},
      {"bench epoch", "data/"},
      {"eval model", "model"},
      {"eval " + model + data + " --logits x.npy", "x.npy"},
      {"predict " + model + " mine.pgm", "mine.pgm"},
      {"predict model 0", "model"},
      {"fold model --save " + (place / "folded"), "model"},
  };
  for (const auto& [words, path] : cases) {
    check_fails(run(words), path, ": the working directory has been removed");
  }
  // What is missing elsewhere is what is said.
  check_fails(run("eval " + (place / "none")), place / "none", "No such file");
  check_fails(run("show --data " + (place / "none")), place / "none", "found nothing of that name");
}

}  // namespace bnlab::testing::working_directory_test
