// train --watch and compare --watch from outside: the file, the charts, and that a watched run is the same run.
#include <signal.h>
#include <sys/resource.h>

#include <set>

#include "bnlab/train/watch_file.hpp"
#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::watched_test {

namespace {

// A folder with images of which 540 are trained on, in batches of 64: 9 steps an epoch, 27 in all.
class RunFolder : public TempFolder {
 public:
  RunFolder() { cut_sample(*this / "data"); }
  Words train(const Words& more = {}) const {
    return with({"train", "--quiet", "--data", *this / "data", "--hidden", "24,12", "--norm", "batch", "--dropout",
                 "0.2", "--epochs", "3"},
                more);
  }
  Words compare(const Words& more = {}) const {
    return with({"compare", "--data", *this / "data", "--hidden", "16", "--epochs", "3", "--out", *this / "out"}, more);
  }
};

// The fields of each line.
std::vector<std::vector<std::string>> table(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream stream(read_text(path));
  for (std::string line; std::getline(stream, line);) rows.push_back(split_text(line, ','));
  return rows;
}

std::set<std::string> column(const std::vector<std::vector<std::string>>& rows, std::size_t k) {
  std::set<std::string> values;
  for (std::size_t r = 1; r < rows.size(); ++r) values.insert(rows[r][k]);
  return values;
}

std::string without_seconds(const Outcome& outcome) {
  std::string text;
  for (const std::string& line : outcome.results()) text += line.substr(0, line.find(" seconds=")) + "\n";
  return text;
}

}  // namespace

TEST_CASE("train --watch: rows for each layer along the run, the same for any number of threads; the run is the same") {
  const RunFolder folder;
  const Outcome plain = bnlab_program(folder.train({"--save", folder / "plain"}));
  const Words watched = {"--save", folder / "watched", "--watch", folder / "w.csv", "--watch-every", "4"};
  const Outcome outcome = bnlab_program(folder.train(watched));
  REQUIRE(outcome.status == 0);
  CHECK(without_seconds(outcome) == without_seconds(plain));
  CHECK(read_text(folder / "watched") == read_text(folder / "plain"));

  const auto rows = table(folder / "w.csv");
  CHECK(read_text(folder / "w.csv").starts_with(watch_header()));
  CHECK(rows.size() == 1 + 7 * 3);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(column(rows, 0) == std::set<std::string>{"0", "4", "8", "12", "16", "20", "24"});
  CHECK(column(rows, 1) == std::set<std::string>{"fc1", "fc2", "fc3"});
  // Before the first step: gamma 1, beta 0, so the inputs have mean 0 and deviation 1; the last layer has none.
  CHECK((rows[1][1] == "fc1" && rows[3][1] == "fc3"));
  CHECK(std::abs(std::atof(rows[1][2].c_str())) < 1e-6);
  CHECK(std::abs(std::atof(rows[1][3].c_str()) - 1) < 1e-3);
  CHECK((rows[1][8] == "1" && rows[1][9] == "0" && rows[1][10] == "0"));
  CHECK((rows[3][2].empty() && rows[3][8].empty() && std::atof(rows[3][7].c_str()) > 0));

  const std::string before = read_text(folder / "w.csv");
  REQUIRE(bnlab_program(folder.train(with(watched, {"--threads", "1"}))).status == 0);
  CHECK(read_text(folder / "w.csv") == before);
  // Without --watch-every: each of the 27 steps.
  REQUIRE(bnlab_program(folder.train({"--watch", folder / "all.csv"})).status == 0);
  CHECK(column(table(folder / "all.csv"), 0).size() == 28);
}

TEST_CASE("train --watch: a resumed run ends with the same file; another run's is refused, and stays as it is") {
  const RunFolder folder;
  const auto files = [&](const std::string& name) -> Words {
    return {"--checkpoint", folder / (name + ".checkpoint"), "--watch", folder / (name + ".csv"), "--watch-every", "2"};
  };
  REQUIRE(bnlab_program(folder.train(files("whole"))).status == 0);
  REQUIRE(bnlab_program(folder.train(with(files("parts"), {"--max-steps", "5"}))).status == 0);
  std::filesystem::copy(folder / "parts.checkpoint", folder / "old");
  const Words resume = {"train", "--data", folder / "data", "--resume"};
  const auto resumed = [&](const std::string& checkpoint, const Words& more) {
    return bnlab_program(with(with(resume, {folder / checkpoint}), more));
  };
  REQUIRE(resumed("parts.checkpoint", files("parts")).status == 0);
  CHECK(read_text(folder / "parts.csv") == read_text(folder / "whole.csv"));
  // Once more from step 5: rows of later steps are dropped.
  const Outcome stopped = resumed("old", with(files("parts"), {"--max-steps", "7"}));
  REQUIRE(stopped.status == 0);
  CHECK(contains(stopped.out, "Its watched layers are in " + folder / "parts.csv"));
  CHECK(column(table(folder / "parts.csv"), 0) == std::set<std::string>{"0", "2", "4", "6"});

  REQUIRE(bnlab_program(folder.train(with(files("other"), {"--seed", "2"}))).status == 0);
  const std::string before = read_text(folder / "other.csv");
  for (const std::string& path : {folder / "other.csv", folder / "data/train-labels-idx1-ubyte"}) {
    const Outcome outcome = resumed("old", {"--watch", path});
    CHECK(outcome.status > 0);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, path));
  }
  CHECK(contains(resumed("old", {"--watch", folder / "other.csv"}).err, "rows of another run, or changed ones"));
  CHECK(read_text(folder / "other.csv") == before);
  // A new one begins after the checkpoint's step.
  const Outcome begun = resumed("old", {"--watch", folder / "new.csv", "--watch-every", "3"});
  CHECK(contains(begun.out, "watch     " + folder / "new.csv" + " begins after step 5"));
  CHECK(table(folder / "new.csv")[1][0] == "6");
}

TEST_CASE("train --watch: of a run that diverges the file has what was seen; a full disk is said") {
  const RunFolder folder;
  const Words diverging = {"--norm", "none", "--optimizer", "sgd", "--lr", "1e30", "--watch", folder / "w.csv"};
  const Outcome outcome = bnlab_program(folder.train(diverging));
  CHECK(outcome.status == 1);
  const auto rows = table(folder / "w.csv");
  REQUIRE(rows.size() > 4);
  CHECK(std::atof(rows[1][3].c_str()) > 0);
  CHECK_FALSE(contains(read_text(folder / "w.csv"), "nan"));
  CHECK_FALSE(contains(read_text(folder / "w.csv"), "inf"));

  const std::string good = read_text(folder / "w.csv");
  const Circumstances no_room = {.in_child = [] {  // no file may grow beyond that, as if the disk were full
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{2'000, 2'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }};
  const Outcome full = run_program(program(), folder.train({"--watch", folder / "w.csv"}), ".", no_room);
  CHECK(full.status == 1);
  CHECK(one_line(full.err));
  CHECK(contains(full.err, "w.csv: cannot be written: File too large; what was there before is unharmed"));
  CHECK(read_text(folder / "w.csv") == good);
}

TEST_CASE("compare --watch: both networks in one file, and charts; results and folder are those of a run without") {
  const RunFolder folder;
  const Outcome plain = bnlab_program(folder.compare());
  const std::string model = read_text(folder / "out/batchnorm.safetensors");
  const std::string question = read_text(folder / "out/settings.txt");
  const Outcome outcome = bnlab_program(folder.compare({"--watch", folder / "w.csv", "--watch-every", "3"}));
  REQUIRE(outcome.status == 0);
  CHECK(without_seconds(outcome) == without_seconds(plain));
  CHECK(read_text(folder / "out/batchnorm.safetensors") == model);
  CHECK(read_text(folder / "out/settings.txt") == question);
  CHECK_FALSE(contains(outcome.out, "replace"));

  CHECK(read_text(folder / "w.csv").starts_with("network," + watch_header()));
  const auto rows = table(folder / "w.csv");
  CHECK(rows.size() == 1 + 2 * 2 * 10);
  CHECK(column(rows, 0) == std::set<std::string>{"plain", "batchnorm"});
  CHECK(column(rows, 1).size() == 10);
  CHECK(rows[1][0] == "plain");
  for (const char* says : {"  deviation of the inputs to the first activation\n",
                           "  norm of the gradient of the first layer's weights\n"}) {
    CHECK(contains(outcome.out, says));
    CHECK_FALSE(contains(plain.out, says));
  }
  CHECK(contains(outcome.out, "step 27\n"));
  CHECK(contains(outcome.out, "The watched layers are in " + folder / "w.csv"));
  // Each network as if it were trained alone.
  for (const auto& [norm, network] : {std::pair{"none", "plain"}, {"batch", "batchnorm"}}) {
    REQUIRE(bnlab_program({"train", "--quiet", "--data", folder / "data", "--hidden", "16", "--epochs", "3", "--norm",
                           norm, "--watch", folder / "alone.csv", "--watch-every", "3"})
                .status == 0);
    for (const auto& row : table(folder / "alone.csv")) {
      if (row[0] == "step") continue;
      std::string line = network;
      for (const std::string& field : row) line += "," + field;
      CHECK(contains(read_text(folder / "w.csv"), line + "\n"));
    }
  }
}

TEST_CASE(
    "compare --watch: the second pair, which nobody asked for, is not watched, nor in the command that repeats it") {
  const RunFolder folder;
  const Outcome outcome = bnlab_program(
      {"compare", "--data", folder / "data", "--epochs", "1", "--out", folder / "out", "--watch", folder / "w.csv"});
  REQUIRE(outcome.status == 0);
  CHECK(column(table(folder / "w.csv"), 2) == std::set<std::string>{"fc1", "fc2"});
  const std::size_t alone = outcome.out.find("Alone, with table and files:");
  REQUIRE(alone != std::string::npos);
  CHECK_FALSE(contains(outcome.out.substr(alone), "--watch"));
}

TEST_CASE("--watch: its file may be no input and no other output; --watch-every needs it") {
  const RunFolder folder;
  const std::string images = folder / "data/train-images-idx3-ubyte", before = read_text(images);
  const std::vector<std::pair<Words, std::string>> cases = {
      {folder.train({"--watch", images}), "--watch " + images + ": expected a file of its own, found that of --data"},
      {folder.train({"--watch", folder / "x", "--log", folder / "x"}), "found that of --log"},
      {folder.train({"--save", folder / "x", "--watch", folder / "x"}), "found that of --save"},
      {folder.compare({"--watch", folder / "out/history.csv"}), "history.csv: expected a file of its own"},
      {folder.train({"--watch-every", "5"}), "--watch-every: expected --watch FILE.csv with it"},
      {folder.train({"--watch", folder / "x", "--watch-every", "0"}), "--watch-every: expected a whole number >= 1"},
      {{"eval", "m", "--watch", "x"}, "--watch: not an option of eval"}};
  for (const auto& [words, says] : cases) {
    const Outcome outcome = bnlab_program(words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, says));
  }
  CHECK(read_text(images) == before);
  CHECK_FALSE(std::filesystem::exists(folder / "x"));
}

}  // namespace bnlab::testing::watched_test
