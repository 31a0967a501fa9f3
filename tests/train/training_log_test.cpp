// The log of a run: its rows, and whether a file is the log of the run that is resumed.
#include "bnlab/train/training_log.hpp"

#include "support.hpp"

namespace bnlab::testing::training_log_test {

namespace {

// The first `steps` steps of a run whose losses begin at `loss`; 3 steps an epoch.
std::vector<StepResult> steps_of_run(std::size_t steps, double loss = 2.5) {
  std::vector<StepResult> all;
  for (std::size_t step = 1; step <= steps; ++step) {
    const double now = loss / static_cast<double>(step);
    all.push_back(
        {.step = step, .epoch = (step + 2) / 3, .steps_per_epoch = 3, .images = 8, .loss = now, .accuracy = 0.125});
  }
  return all;
}

// Adds the steps from `first` to `last`.
void add_steps(TrainingLog& log, std::size_t first, std::size_t last, double loss = 2.5) {
  const std::vector<StepResult> steps = steps_of_run(last, loss);
  for (std::size_t i = first; i <= last; ++i) log.add(steps[i - 1]);
}

// What a checkpoint at that step says of the log.
std::string record_at(std::size_t step, double loss = 2.5) {
  TrainingLog log("");
  add_steps(log, 1, step, loss);
  return log.record().text();
}

void write_log(const std::string& path, std::size_t steps, double loss = 2.5) {
  TrainingLog log(path);
  add_steps(log, 1, steps, loss);
  log.write();
}

TrainingLog resumed(const std::string& path, std::size_t step, const std::string& record) {
  return TrainingLog(path, step, LogRecord(record, "checkpoint"));
}

std::string refusal(const std::string& path, std::size_t step, const std::string& record) {
  return error_of([&] { resumed(path, step, record); });
}

}  // namespace

TEST_CASE("log: a header, and a row for each step") {
  const TempFolder folder;
  TrainingLog log(folder / "log");
  log.add({.step = 1, .epoch = 1, .loss = 2.5, .accuracy = 0.125});
  log.add({.step = 2, .epoch = 1, .loss = 0x1p-10, .accuracy = 1});
  log.write();
  CHECK(read_text(folder / "log") == "step,epoch,loss,accuracy\n1,1,2.5,0.125000\n2,1,0.0009765625,1.000000\n");
}

TEST_CASE("log: resumed at any step it ends as if the run had never been stopped, file and record") {
  const TempFolder folder;
  write_log(folder / "whole", 9);
  for (std::size_t step = 1; step <= 9; ++step) {
    for (std::size_t written = step; written <= 9; ++written) {  // rows beyond the checkpoint are dropped
      write_log(folder / "log", written);
      TrainingLog log = resumed(folder / "log", step, record_at(step));
      CHECK(log.first_step() == 1);
      CHECK(log.record().text() == record_at(step));
      add_steps(log, step + 1, 9);
      log.write();
      CHECK(read_text(folder / "log") == read_text(folder / "whole"));
      CHECK(log.record().text() == record_at(9));
    }
  }
}

TEST_CASE("log: another run's rows, or too few, are refused, at whatever step") {
  const TempFolder folder;
  for (std::size_t step = 1; step <= 9; ++step) {
    write_log(folder / "other", 9, 2.25);
    CHECK(contains(refusal(folder / "other", step, record_at(step)), "rows of another run, or changed ones"));
    for (std::size_t written = 1; written < step; ++written) {
      write_log(folder / "short", written);
      CHECK(contains(refusal(folder / "short", step, record_at(step)), format("rows to step %zu;", written)));
    }
  }
}

TEST_CASE("log: any byte of a row that is changed is noticed, with and without a record where it can be") {
  const TempFolder folder;
  write_log(folder / "log", 4);
  const std::string good = read_text(folder / "log");
  for (std::size_t i = good.find('\n') + 1; i < good.size(); ++i) {
    CAPTURE(i);
    std::string bad = good;
    bad[i] = bad[i] == '7' ? '8' : '7';
    write_text(folder / "log", bad);
    CHECK(contains(refusal(folder / "log", 4, record_at(4)), "expected the log of the run to be resumed"));
    bad[i] = 'x';
    write_text(folder / "log", bad);
    CHECK(contains(refusal(folder / "log", 4, ""), "expected the log of the run to be resumed"));
    write_text(folder / "log", good.substr(0, i));
    if (good[i - 1] != '\n' || i > good.find('\n') + 1) {
      CHECK(contains(refusal(folder / "log", 4, ""), "expected the log of the run to be resumed"));
    }
  }
  write_text(folder / "log", good);
  CHECK(refusal(folder / "log", 4, "") == "");
}

TEST_CASE("log: rows that are missing, double or in another order are noticed, also without a record") {
  const TempFolder folder;
  write_log(folder / "log", 4);
  const std::string good = read_text(folder / "log");
  const std::size_t second = good.find("2,1,");
  const std::size_t third = good.find("3,1,");
  const std::size_t fourth = good.find("4,2,");
  const std::string two = good.substr(second, third - second);
  const std::string three = good.substr(third, fourth - third);
  const std::string before = good.substr(0, second);
  const std::string after = good.substr(fourth);
  for (const std::string& rows : {three + two, two + two + three, two, three, std::string()}) {
    write_text(folder / "log", before + rows + after);
    for (const std::string& record : {record_at(4), std::string()}) {
      CHECK(contains(refusal(folder / "log", 4, record), " for step "));
    }
  }
}

TEST_CASE("log: a row that is cut is noticed, also without a record, wherever it is cut") {
  const TempFolder folder;
  write_log(folder / "log", 4);
  const std::string good = read_text(folder / "log");
  const std::size_t begin = good.find("3,1,");
  const std::size_t end = good.find('\n', begin);
  for (std::size_t cut = 1; cut < end - begin; ++cut) {  // characters before the row's end
    write_text(folder / "log", good.substr(0, end - cut) + good.substr(end));
    for (const std::string& record : {record_at(4), std::string()}) {
      CHECK(contains(refusal(folder / "log", 4, record), " for step 3"));
    }
  }
}

TEST_CASE("log: one that begins when the run is resumed is known by its own rows") {
  const TempFolder folder;
  TrainingLog log = resumed(folder / "log", 4, record_at(4));
  CHECK(log.first_step() == 5);
  add_steps(log, 5, 7);
  log.write();
  const std::string record = log.record().text();
  CHECK(record.starts_with(record_at(7) + " 5:"));
  CHECK(resumed(folder / "log", 7, record).record().text() == record);
  CHECK(contains(refusal(folder / "log", 7, record_at(7)), "rows of another run"));  // a record that has no such log
  CHECK(contains(refusal(folder / "log", 3, record_at(3)), "rows from step 5 on"));
  CHECK(resumed(folder / "log", 4, TrainingLog(folder / "none", 4, LogRecord(record_at(4), "")).record().text())
            .first_step() == 5);                                  // begun again
  CHECK(resumed("", 7, record).record().text() == record_at(7));  // no log any more
  CHECK(resumed(folder / "another", 7, record).record().text().starts_with(record_at(7) + " 8:"));
}

TEST_CASE("log: rows that begin after the step are begun again only where the record knows of them, and are rows") {
  const TempFolder folder;
  const std::string header = "step,epoch,loss,accuracy\n";
  const std::string row = "5,2,2.5,0.125000\n";
  const std::string knows_it = resumed(folder / "none", 4, record_at(4)).record().text();
  REQUIRE(knows_it.starts_with(record_at(4) + " 5:"));
  write_text(folder / "log", header + row);
  CHECK(resumed(folder / "log", 4, knows_it).first_step() == 5);
  for (const std::string& record :
       {record_at(4), std::string(), resumed(folder / "none", 3, record_at(3)).record().text()}) {
    CAPTURE(record);
    CHECK(contains(refusal(folder / "log", 4, record), "rows from step 5 on"));
  }
  for (const char* bad : {"05,2,2.5,0.125000\n", "5,my notes\n", "5,2,2.5,0.125000", "5,2,2.5,0.125000\r\n", "5\n",
                          "+5,2,2.5,0.125000\n", "5,2,2.5,7.125000\n", "5,2,...,0.125000\n", "5,2,2.5,0.12.000\n",
                          "6,2,2.5,0.125000\n", "5,02,2.5,0.125000\n"}) {
    CAPTURE(bad);
    write_text(folder / "log", header + bad);
    CHECK(contains(refusal(folder / "log", 4, knows_it), "expected the log of the run to be resumed"));
    CHECK(contains(refusal(folder / "log", 5, ""), "expected the log of the run to be resumed"));
  }
  for (const std::string& text : {std::string(), header}) {
    write_text(folder / "log", text);
    for (const std::string& record : {record_at(4), std::string(), knows_it}) {
      CHECK(resumed(folder / "log", 4, record).first_step() == 5);
    }
  }
}

TEST_CASE("log: a checkpoint of before cannot tell whose rows they are, and that is known") {
  const TempFolder folder;
  write_log(folder / "log", 4);
  CHECK_FALSE(resumed(folder / "log", 4, "").was_compared());
  CHECK(resumed(folder / "log", 4, record_at(4)).was_compared());
  CHECK(resumed(folder / "none", 4, "").was_compared());  // no rows to compare
  CHECK(resumed("", 4, "").was_compared());
}

TEST_CASE("log: a record is what is written, and nothing else") {
  for (const char* text : {"", "1:0123456789abcdef", "1:0000000000000000 18446744073709551615:ffffffffffffffff"}) {
    CHECK(LogRecord(text, "checkpoint").text() == text);
  }
  for (const char* text :
       {" ", "1", ":", "1:1", "01:0123456789abcdef", "1:0123456789abcdef  5:0123456789abcdef", "0:0123456789abcdef",
        "18446744073709551616:0123456789abcdef", "1:0x23456789abcdef", "1:00123456789abcdef", "1:0123456789abcdef\n"}) {
    CAPTURE(text);
    const std::string error = error_of([&] { LogRecord(text, "the checkpoint"); });
    CHECK(error.starts_with("the checkpoint: corrupt: "));
  }
}

}  // namespace bnlab::testing::training_log_test
