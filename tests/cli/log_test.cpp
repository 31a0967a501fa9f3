// A log belongs to its run: a resumed run continues its own, and no other.
#include <algorithm>

#include "program.hpp"
#include "sample.hpp"
#include "sealed.hpp"

namespace bnlab::testing::log_test {

namespace {

namespace fs = std::filesystem;

// A folder with a run of 540 images in batches of 64, 9 steps an epoch.
class RunFolder : public TempFolder {
 public:
  RunFolder() {
    cut_sample(*this / "data");
    run_ = {"train", "--quiet",  "--data", *this / "data", "--limit", "600", "--hidden",
            "24",    "--epochs", "3",      "--threads",    "1"};
  }

  // The run, or another with more options, to that step.
  void start(const std::string& checkpoint, const std::string& log, const std::string& step,
             const Words& more = {}) const {
    Words words = with(run_, {"--checkpoint", *this / checkpoint, "--max-steps", step});
    if (!log.empty()) words = with(words, {"--log", *this / log});
    REQUIRE(bnlab_program(with(words, more)).status == 0);
  }

  Outcome resume(const std::string& checkpoint, const std::string& log, const std::string& step) const {
    Words words = {"train",     "--data", *this / "data", "--resume",        *this / checkpoint, "--max-steps", step,
                   "--threads", "1",      "--checkpoint", *this / checkpoint};
    if (!log.empty()) words = with(words, {"--log", *this / log});
    return bnlab_program(words);
  }

  // Neither the log nor the checkpoint changes, and the message names the log and what was found.
  void check_refused(const std::string& checkpoint, const std::string& log, const std::string& step,
                     const std::string& found) const {
    CAPTURE(log);
    const std::string before = read_text(*this / log);
    const std::string checkpoint_before = read_text(*this / checkpoint);
    const Outcome outcome = resume(checkpoint, log, step);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, *this / log + ": expected the log of the run to be resumed"));
    CHECK(contains(outcome.err, found));
    CHECK(contains(outcome.err, "name another --log"));
    CHECK(read_text(*this / log) == before);
    CHECK(read_text(*this / checkpoint) == checkpoint_before);
  }

 private:
  Words run_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
  return lines;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

// A checkpoint as bnlab wrote it before it said anything of the log.
void forget_log(const std::string& path) {
  TensorFile file = read_safetensors(path);
  REQUIRE(file.metadata.erase("log") == 1);
  write_checkpoint(path, file);
}

}  // namespace

TEST_CASE("log: of another run, with other seed or settings, it is refused on resuming, and stays as it is") {
  const RunFolder folder;
  folder.start("mine", "mine.csv", "4");
  const std::vector<std::pair<std::string, Words>> others = {
      {"seed.csv", {"--seed", "2"}}, {"lr.csv", {"--lr", "0.002"}}, {"norm.csv", {"--norm", "batch"}}};
  for (const auto& [log, options] : others) {
    folder.start("other", log, "4", options);
    folder.check_refused("mine", log, "9", "rows of another run, or changed ones");
    folder.start("other", log, "9", options);  // one that has gone further
    folder.check_refused("mine", log, "9", "rows of another run, or changed ones");
  }
}

TEST_CASE("log: with a changed, missing, cut or misplaced row it is refused, wherever that row is") {
  const RunFolder folder;
  folder.start("checkpoint", "good.csv", "12");
  const std::vector<std::string> good = lines_of(read_text(folder / "good.csv"));
  REQUIRE(good.size() == 13);
  for (const std::size_t row : {1u, 5u, 9u, 10u, 12u}) {
    CAPTURE(row);
    const auto refused = [&](const std::vector<std::string>& lines, const std::string& found) {
      write_text(folder / "bad.csv", text_of(lines));
      folder.check_refused("checkpoint", "bad.csv", "14", found);
    };
    std::vector<std::string> lines = good;
    lines[row] = replaced(good[row], "1", "2");  // a digit
    refused(lines, "");
    lines = good;
    lines[row] = replaced(good[row], "0.", "0.0");
    refused(lines, "");
    lines = good;
    lines[row].insert(lines[row].size() - 1, "\r");
    refused(lines, format(" for step %zu", row));
    lines = good;
    lines[row].erase(lines[row].size() - 4, 3);  // cut, but with its end
    refused(lines, format(" for step %zu", row));
    lines = good;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(row));
    refused(lines, row == 1 ? "another run" : row == 12 ? "rows to step 11" : format(" for step %zu", row));
    lines = good;
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(row), good[row]);
    if (row < 12) refused(lines, format(" for step %zu", row + 1));
    lines = good;
    std::swap(lines[row], lines[row == 12 ? 11 : row + 1]);
    refused(lines, "");
  }
}

TEST_CASE("log: cut anywhere before the checkpoint's step, it is refused; cut after, it is continued") {
  const RunFolder folder;
  folder.start("old", "good.csv", "4");
  fs::copy(folder / "old", folder / "checkpoint");
  REQUIRE(folder.resume("checkpoint", "good.csv", "6").status == 0);
  const std::string good = read_text(folder / "good.csv");
  const std::size_t header = good.find('\n') + 1;
  std::size_t to_step_4 = 0;
  const std::vector<std::string> lines = lines_of(good);
  for (std::size_t i = 0; i <= 4; ++i) to_step_4 += lines[i].size();
  for (std::size_t size = 1; size <= good.size(); size += 7) {
    if (size == header) continue;  // no row at all: the next case
    CAPTURE(size);
    fs::copy(folder / "old", folder / "checkpoint", fs::copy_options::overwrite_existing);
    write_text(folder / "cut.csv", good.substr(0, size));
    if (size < to_step_4) {
      folder.check_refused("checkpoint", "cut.csv", "6", "");
    } else {
      CHECK(folder.resume("checkpoint", "cut.csv", "6").status == 0);
      CHECK(read_text(folder / "cut.csv") == good);
    }
  }
}

TEST_CASE("log: what is no log is refused on resuming") {
  const RunFolder folder;
  folder.start("checkpoint", "good.csv", "4");
  const std::string good = read_text(folder / "good.csv");
  std::string crlf;
  for (const char c : good) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"year,rain\n1999,3\n", "a file that begins otherwise"},
      {"step,epoch,loss", "a file that begins otherwise"},
      {"\xef\xbb\xbf" + good, "a file that begins otherwise"},
      {good.substr(good.find('\n') + 1), "a file that begins otherwise"},
      {crlf, "CR LF"},
      {"step,epoch,loss,accuracy\nnonsense\n", "'nonsense' for step 1"},
      {"step,epoch,loss,accuracy\n7,1,2.5,0.125000\n", "rows from step 7 on"},
      {"step,epoch,loss,accuracy\n99999999999999999999,1,2.5,0.125000\n", "for step 1"},
      {"step,epoch,loss,accuracy\n" + std::string(1'000'000, 'x') + "\n", "'xxx"},
  };
  for (const auto& [text, found] : cases) {
    write_text(folder / "bad.csv", text);
    folder.check_refused("checkpoint", "bad.csv", "6", found);
    CHECK(folder.resume("checkpoint", "bad.csv", "6").err.size() < 500);
  }
}

TEST_CASE("log: begun when a run is resumed, it is known again, and another's is not") {
  const RunFolder folder;
  folder.start("mine", "", "4");
  folder.start("other", "", "4", {"--seed", "2"});
  for (const char* run : {"mine", "other"}) {
    const Outcome first = folder.resume(run, std::string(run) + ".csv", "7");
    CHECK(first.status == 0);
    CHECK(contains(first.out, std::string(run) + ".csv begins at step 5"));
  }
  CHECK(read_text(folder / "mine.csv").starts_with("step,epoch,loss,accuracy\n5,1,"));
  folder.check_refused("mine", "other.csv", "9", "rows of another run");
  const Outcome second = folder.resume("mine", "mine.csv", "9");
  CHECK(second.status == 0);
  CHECK(lines_of(read_text(folder / "mine.csv")).size() == 1 + 5);
  // A third one, begun later, and the first one again: that has a gap now.
  CHECK(folder.resume("mine", "later.csv", "11").status == 0);
  folder.check_refused("mine", "mine.csv", "13", "rows to step 9");
  // The whole run's log, from elsewhere, is known all the same.
  folder.start("whole", "whole.csv", "11");
  CHECK(folder.resume("mine", "whole.csv", "13").status == 0);
  folder.start("whole", "again.csv", "13");
  CHECK(read_text(folder / "whole.csv") == read_text(folder / "again.csv"));
}

TEST_CASE("log: another run's late log, begun at just the checkpoint's step, is refused, and stays") {
  const RunFolder folder;
  folder.start("mine", "", "4");
  for (const char* other : {"seed", "same"}) {
    folder.start("other", "", "4", {"--seed", other == std::string("seed") ? "2" : "1"});
    REQUIRE(folder.resume("other", "late.csv", "9").status == 0);
    REQUIRE(lines_of(read_text(folder / "late.csv")).size() == 1 + 5);
    folder.check_refused("mine", "late.csv", "9", "rows from step 5 on");
    fs::remove(folder / "late.csv");
  }
  for (const char* rows : {"05,my notes\n", "5,my notes\n", "5,\n", "5,1,2.5,0.125000\n"}) {
    write_text(folder / "notes.csv", std::string("step,epoch,loss,accuracy\n") + rows);
    folder.check_refused("mine", "notes.csv", "9", "rows from step 5 on");
  }
  // Its own, which its checkpoint knows of.
  REQUIRE(folder.resume("mine", "late.csv", "4").status == 0);
  write_text(folder / "late.csv", "step,epoch,loss,accuracy\n5,1,2.5,0.125000\n");
  CHECK(folder.resume("mine", "late.csv", "6").status == 0);
  CHECK(lines_of(read_text(folder / "late.csv")).size() == 1 + 2);
}

TEST_CASE("log: a file that is empty, or has only the header, takes a log from the next step on") {
  const RunFolder folder;
  folder.start("old", "", "4");
  for (const char* text : {"", "step,epoch,loss,accuracy\n"}) {
    fs::copy(folder / "old", folder / "checkpoint", fs::copy_options::overwrite_existing);
    write_text(folder / "log.csv", text);
    const Outcome outcome = folder.resume("checkpoint", "log.csv", "6");
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.out, "log.csv begins at step 5"));
    CHECK(lines_of(read_text(folder / "log.csv")).size() == 1 + 2);
  }
}

TEST_CASE("log: checkpoints are the same with and without one, so that it can be known later") {
  const RunFolder folder;
  folder.start("with", "log.csv", "7");
  folder.start("without", "", "7");
  CHECK(read_text(folder / "with") == read_text(folder / "without"));
  CHECK(folder.resume("without", "log.csv", "9").status == 0);
}

TEST_CASE("log: with a checkpoint of before, rows are checked as far as they can be without it") {
  const RunFolder folder;
  folder.start("old", "log.csv", "4");
  forget_log(folder / "old");
  const std::string good = read_text(folder / "log.csv");
  const std::vector<std::string> lines = lines_of(good);
  const std::string last = lines[4];
  for (const std::string& bad :
       {text_of({lines[0], lines[1], lines[2], lines[4], lines[3]}), text_of({lines[0], lines[1], lines[2], lines[4]}),
        good.substr(0, good.size() - 1), good.substr(0, good.size() - 4) + "\n",
        replaced(good, last, "4,1,x,0.500000\n"), replaced(good, last, "4,1,2.5\n"),
        replaced(good, last, "4,1,2.5,0.500000,1\n"), replaced(good, last, "4,,2.5,0.500000\n")}) {
    write_text(folder / "bad.csv", bad);
    folder.check_refused("old", "bad.csv", "6", "for step ");
  }
  const std::string remark = "log.csv could not be compared with the checkpoint, which says nothing of it";
  const Outcome resumed = folder.resume("old", "log.csv", "6");
  CHECK(resumed.status == 0);
  CHECK(contains(resumed.out, remark));
  CHECK(read_text(folder / "log.csv").starts_with(good));
  CHECK_FALSE(contains(folder.resume("old", "log.csv", "7").out, remark));
  // From here on it is known.
  write_text(folder / "log.csv", replaced(read_text(folder / "log.csv"), "1,1,2.", "1,1,1."));
  folder.check_refused("old", "log.csv", "9", "rows of another run");
}

TEST_CASE("log: what a checkpoint says of it must be what bnlab writes") {
  const RunFolder folder;
  folder.start("good", "log.csv", "4");
  const TensorFile good = read_safetensors(folder / "good");
  for (const char* record :
       {"x", "1", "1:", "1:0", ":0123456789abcdef", "0:0123456789abcdef", "1:0123456789abcdeg", "1:0123456789abcdef0",
        "1:0123456789ABCDEF", "1:0123456789abcdef ", "-1:0123456789abcdef"}) {
    CAPTURE(record);
    TensorFile bad = good;
    bad.metadata["log"] = record;
    write_checkpoint(folder / "bad", bad);
    const Outcome outcome = folder.resume("bad", "log.csv", "6");
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, "corrupt: expected steps and fingerprints of the log"));
  }
}

TEST_CASE("log: a new run replaces a file of that name, as with every output") {
  const RunFolder folder;
  write_text(folder / "log.csv", "something else\n");
  folder.start("checkpoint", "log.csv", "4");
  CHECK(read_text(folder / "log.csv").starts_with("step,epoch,loss,accuracy\n1,1,"));
}

}  // namespace bnlab::testing::log_test
