// Stopping and resuming from the command line: the same bytes in the end, and the earlier file unharmed by what goes
// wrong.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>

#include "bnlab/lab/run.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::resume_test {

namespace {

namespace fs = std::filesystem;

// 540 images in batches of 64, 9 steps an epoch; everything that has state is at work.
const Words kRun = {"train",  "--quiet", "--limit",   "600", "--hidden", "24,12",
                    "--norm", "batch",   "--dropout", "0.2", "--epochs", "3"};

// --save, --checkpoint and --log to files of that name.
Words files(const std::string& name) {
  return {"--save", name + ".model", "--checkpoint", name + ".checkpoint", "--log", name + ".csv"};
}

void check_same(const std::string& a, const std::string& b) {
  for (const char* kind : {".model", ".checkpoint", ".csv"}) {
    CAPTURE(a + kind);
    CAPTURE(b + kind);
    CHECK(read_text(a + kind) == read_text(b + kind));
    CHECK(read_text(a + kind).size() > 200);
  }
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void wait_for(const std::string& path) {
  for (int i = 0; i < 5000 && !fs::exists(path); ++i) ::usleep(2000);
}

}  // namespace

TEST_CASE("resume: stopped by --max-steps, twice, and resumed, a run ends with the same model, checkpoint and log") {
  TempFolder folder;
  REQUIRE(bnlab_program(with(kRun, files(folder / "whole"))).status == 0);
  const Words mine = files(folder / "parts");
  const Outcome first = bnlab_program(with(with(kRun, mine), {"--max-steps", "4"}));
  CHECK(first.status == 0);
  REQUIRE(first.results().size() == 1);
  CHECK(field(first.results()[0], "stopped_at_step") == "4");
  CHECK(field(first.results()[0], "test_accuracy") == "");  // the test images are looked at once, at the end
  const Words resume = {"--resume", folder / "parts.checkpoint"};
  // Only what is new need be said; another number of threads changes nothing.
  CHECK(bnlab_program(with(with({"train", "--quiet", "--max-steps", "14", "--threads", "3"}, mine), resume)).status ==
        0);
  // The whole command with --resume does as well.
  const Outcome last = bnlab_program(with(with(kRun, mine), resume));
  CHECK(last.status == 0);
  REQUIRE(last.results().size() == 1);
  CHECK(field(last.results()[0], "stopped_at_step") == "");
  CHECK(field(last.results()[0], "test_accuracy") != "");
  check_same(folder / "whole", folder / "parts");
}

TEST_CASE("resume: --checkpoint-every keeps the state in between; a log that has gone further is cut back") {
  TempFolder folder;
  const Words mine = files(folder / "run");
  REQUIRE(bnlab_program(with(with(kRun, mine), {"--checkpoint-every", "5", "--max-steps", "15"})).status == 0);
  fs::copy(folder / "run.checkpoint", folder / "old");
  REQUIRE(bnlab_program(with(kRun, mine)).status == 0);  // the log now has all 27 steps
  fs::copy(folder / "run.model", folder / "whole.model");
  fs::copy(folder / "run.checkpoint", folder / "whole.checkpoint");
  fs::copy(folder / "run.csv", folder / "whole.csv");
  REQUIRE(bnlab_program(with(with({"train", "--quiet"}, mine), {"--resume", folder / "old"})).status == 0);
  check_same(folder / "whole", folder / "run");
}

TEST_CASE("resume: more --epochs go on with a finished run; fewer, and steps that are past, are refused") {
  TempFolder folder;
  REQUIRE(bnlab_program(with(with(kRun, files(folder / "six")), {"--epochs", "6"})).status == 0);
  const Words mine = files(folder / "three");
  REQUIRE(bnlab_program(with(kRun, mine)).status == 0);
  const Words resume = with(with({"train", "--quiet"}, mine), {"--resume", folder / "three.checkpoint"});
  for (const Words& past : {Words{"--epochs", "2"}, Words{"--max-steps", "9"}}) {
    const Outcome outcome = bnlab_program(with(resume, past));
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, "the run is at step 27, in epoch 3; give a larger --epochs or --max-steps"));
  }
  REQUIRE(bnlab_program(with(resume, {"--epochs", "6"})).status == 0);
  check_same(folder / "six", folder / "three");
}

TEST_CASE("train: Ctrl-C and SIGTERM finish the step, save, sum up and say how to go on; the resumed run is the same") {
  for (const int signal : {SIGINT, SIGTERM}) {
    CAPTURE(signal);
    TempFolder folder;
    const Words run = {"train", "--limit", "600", "--hidden", "24", "--dropout", "0.1", "--epochs", "1000000"};
    const Words mine = files(folder / "run");
    const Outcome stopped =
        run_program(program(), with(run, mine), ".", {.meanwhile = [&](pid_t child, const std::string&) {
                      wait_for(folder / "run.checkpoint");  // the first epoch is over
                      ::kill(child, signal);
                    }});
    CHECK(stopped.status == 128 + signal);
    CHECK(stopped.err == "");
    CHECK(contains(stopped.out, "Stopped after step "));
    CHECK(contains(stopped.out, "--resume " + (folder / "run.checkpoint")));
    REQUIRE(stopped.results().size() == 1);
    const std::string step = field(stopped.results()[0], "stopped_at_step");
    REQUIRE(step != "");
    CHECK(files_in(folder.path()) == 3);
    const std::string later = std::to_string(std::stoul(step) + 13);
    REQUIRE(bnlab_program(
                with(with({"train", "--quiet", "--max-steps", later}, mine), {"--resume", folder / "run.checkpoint"}))
                .status == 0);
    REQUIRE(bnlab_program(with(with(run, files(folder / "whole")), {"--quiet", "--max-steps", later})).status == 0);
    check_same(folder / "whole", folder / "run");
  }
}

TEST_CASE("train: a second Ctrl-C ends at once") {
  TempFolder folder;
  const Words run = {"train",    "--limit", "4000",         "--batch", "4000",
                     "--hidden", "4096",    "--validation", "0"};  // long steps
  const Outcome outcome = run_program(program(), with(run, files(folder / "run")), ".",
                                      {.meanwhile = [](pid_t child, const std::string& out) {
                                        for (int i = 0; i < 5000 && !contains(read_text(out), "training  "); ++i)
                                          ::usleep(2000);
                                        ::usleep(50000);
                                        // Well within a step, which takes a tenth of a second and more.
                                        for (int i = 0; i < 50; ++i) {
                                          ::kill(child, SIGINT);
                                          ::usleep(1000);
                                        }
                                      }});
  CHECK(outcome.status == 256 + SIGINT);
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE(
    "resume: a checkpoint of another run, network, dataset or version, or a damaged one, is refused in one line") {
  TempFolder folder;
  const std::string checkpoint = folder / "run.checkpoint";
  REQUIRE(bnlab_program(with(with(kRun, files(folder / "run")), {"--max-steps", "4"})).status == 0);
  const std::string good = read_text(checkpoint), log = read_text(folder / "run.csv");
  std::string flipped = good;
  flipped[flipped.size() - 100] = static_cast<char>(flipped[flipped.size() - 100] ^ 1);
  write_text(folder / "flipped", flipped);
  write_text(folder / "short", good.substr(0, good.size() - 1));
  fs::create_directory(folder / "others");
  for (const char* part : {"train", "t10k"}) {
    write_text(folder / "others/" + part + "-images-idx3-ubyte",
               std::string("\0\0\x08\x03\0\0\0\4\0\0\0\2\0\0\0\2", 16) + "0123456789abcdef");
    write_text(folder / "others/" + part + "-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\4\0\1\2\3", 12));
  }
  struct {
    Words words;
    int status;
    const char* says;
  } const cases[] = {
      {{"--resume", checkpoint, "--hidden", "24"}, 2, "--hidden=24: the run of --resume"},
      {{"--resume", checkpoint, "--norm", "none"}, 2, "has --norm=batch"},
      {{"--resume", checkpoint, "--lr", "0.01"}, 2, "has --lr=0.001"},
      {{"--resume", checkpoint, "--seed", "2"}, 2, "has --seed=1"},
      {{"--resume", checkpoint, "--limit", "700"}, 2, "has --limit=600"},
      {{"--resume", checkpoint, "--optimizer", "adamw"}, 2, "has --optimizer=adam"},
      {{"--resume", checkpoint, "--optimizer", "sgd"}, 2, "--optimizer=sgd: the run of --resume"},
      {{"--resume", checkpoint, "--momentum", "0.9"}, 2, "--momentum: expected --optimizer sgd"},
      {{"--resume", checkpoint, "--save", folder / std::string(300, 'n')}, 1, "File name too long"},
      {{"--resume", checkpoint, "--data", folder / "others"}, 1, "the images of others have 4 pixels"},
      {{"--resume", checkpoint, "--data", folder / "vanished"}, 1, "vanished: expected a dataset folder"},
      {{"--resume", folder / "run.model"}, 1, "found a model"},
      {{"--resume", folder / "flipped"}, 1, "corrupt"},
      {{"--resume", folder / "short"}, 1, "cut short"},
      {{"--resume", folder / "vanished"}, 1, "vanished: expected a readable file"},
      {{"--resume", folder / "vanished/checkpoint"}, 1, "expected a readable file: No such file"},
      {{"--resume", checkpoint, "--checkpoint", folder / "vanished/c"}, 1, "does not exist"},
      {{"--resume", checkpoint, "--log", folder / "run.model"}, 1, "expected the log of the run to be resumed"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.says);
    const Outcome outcome = bnlab_program(with({"train", "--quiet"}, c.words));
    CHECK(outcome.status == c.status);
    CHECK(one_line(outcome.err));
    CAPTURE(outcome.err);
    CHECK(contains(outcome.err, c.says));
    CHECK(outcome.out == "");
  }
  write_text(folder / "cut.csv", log.substr(0, log.find("\n3,")));
  const Outcome outcome = bnlab_program({"train", "--resume", checkpoint, "--log", folder / "cut.csv"});
  CHECK(contains(outcome.err, " for step 2; name another --log"));
  CHECK(read_text(checkpoint) == good);
  CHECK(read_text(folder / "run.csv") == log);
}

TEST_CASE("train: when the disk is full, one line says so, and the checkpoint before is whole and can be resumed") {
  TempFolder folder;
  const Words mine = {"--checkpoint", folder / "run.checkpoint"};
  REQUIRE(bnlab_program(with(with(kRun, mine), {"--max-steps", "4"})).status == 0);
  const std::string good = read_text(folder / "run.checkpoint");
  REQUIRE(good.size() > 200'000);
  const Circumstances no_room = {.in_child = [] {  // no file may grow beyond that, as if the disk were full
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }};
  const Words resume = with(with({"train", "--quiet"}, mine), {"--resume", folder / "run.checkpoint"});
  for (const Words& more : {Words{}, Words{"--checkpoint-every", "1"}, Words{"--save", folder / "model"}}) {
    const Outcome outcome = run_program(program(), with(resume, more), ".", no_room);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(
        contains(outcome.err, "run.checkpoint: cannot be written: File too large; what was there before is unharmed"));
    CHECK(read_text(folder / "run.checkpoint") == good);
    CHECK(files_in(folder.path()) == 1);
  }
  CHECK(bnlab_program(resume).status == 0);
}

TEST_CASE("train: a folder that vanishes while it runs ends it with one line") {
  TempFolder folder;
  fs::create_directory(folder / "here");
  const Words run = {"train", "--quiet", "--limit", "600", "--hidden", "24", "--epochs", "1000000"};
  const Outcome outcome = run_program(program(), with(run, {"--checkpoint", folder / "here/run.checkpoint"}), ".",
                                      {.meanwhile = [&](pid_t, const std::string&) {
                                        wait_for(folder / "here/run.checkpoint");
                                        fs::rename(folder / "here", folder / "gone");
                                      }});
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, (folder / "here/run.checkpoint") + ": "));
  // It was gone when the new file was made, or when that was to take its place.
  const bool says_why =
      contains(outcome.err, "here does not exist") || contains(outcome.err, "No such file or directory");
  CHECK(says_why);
  CHECK(bnlab_program({"eval", "--quiet", folder / "gone/run.checkpoint"}).status == 0);  // whole where it now is
}

TEST_CASE("train --resume of a run begun with --init: the weights are the checkpoint's; its network needs no saying") {
  TempFolder folder;
  REQUIRE(bnlab_program(with(with(kRun, {"--save", folder / "init"}), {"--max-steps", "5"})).status == 0);
  const Words run = {"train", "--quiet", "--limit", "600", "--epochs", "2", "--init", folder / "init"};
  REQUIRE(bnlab_program(with(run, files(folder / "whole"))).status == 0);
  REQUIRE(bnlab_program(with(with(run, files(folder / "parts")), {"--max-steps", "3"})).status == 0);
  REQUIRE(bnlab_program(
              with(with({"train", "--quiet"}, files(folder / "parts")), {"--resume", folder / "parts.checkpoint"}))
              .status == 0);
  check_same(folder / "whole", folder / "parts");
}

TEST_CASE("compare: Ctrl-C shows the table and the curves so far, and leaves the folder of results as it was") {
  TempFolder folder;
  write_text(folder / "history.csv", "of an older run");
  const Words run = {"compare", "--limit", "600", "--hidden", "24", "--epochs", "1000000", "--out", folder.path()};
  const Outcome outcome = run_program(program(), run, ".", {.meanwhile = [](pid_t child, const std::string& out) {
                                        for (int i = 0; i < 5000 && !contains(read_text(out), "epoch 3/"); ++i)
                                          ::usleep(2000);
                                        ::kill(child, SIGINT);
                                      }});
  CHECK(outcome.status == 128 + SIGINT);
  CHECK(outcome.err == "");
  for (const char* part :
       {"train accuracy", "training loss", "Stopped early; nothing was written", "\nresult model=plain"}) {
    CAPTURE(part);
    CHECK(contains(outcome.out, part));
  }
  CHECK_FALSE(contains(outcome.out, "McNemar"));
  CHECK(field(outcome.results()[0], "stopped_at_step") != "");
  CHECK(field(outcome.results()[0], "test_accuracy") == "");
  CHECK(read_text(folder / "history.csv") == "of an older run");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("resume: fewer --epochs than are begun are refused, also in mid-epoch") {
  TempFolder folder;
  const Words mine = {"--checkpoint", folder / "run.checkpoint"};
  REQUIRE(bnlab_program(with(with(kRun, mine), {"--max-steps", "13"})).status == 0);  // of 9 an epoch
  const Words resume = {"train", "--quiet", "--resume", folder / "run.checkpoint"};
  const Outcome outcome = bnlab_program(with(resume, {"--epochs", "1"}));
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.err, "at step 13, in epoch 2"));
  CHECK(bnlab_program(with(resume, {"--epochs", "2"})).status == 0);
}

TEST_CASE("resume: with nothing left to do, what was asked for is written all the same") {
  TempFolder folder;
  const Words first = {"--checkpoint", folder / "a", "--log", folder / "log"};
  for (const Words& until : {Words{"--max-steps", "13"}, Words{}}) {
    REQUIRE(bnlab_program(with(with(kRun, first), until)).status == 0);
    const Words again = {"train",        "--quiet",    "--resume", folder / "a",
                         "--checkpoint", folder / "b", "--log",    folder / "log"};
    const Outcome outcome = bnlab_program(with(again, until));
    CHECK(outcome.status == 0);
    CHECK(read_text(folder / "a") == read_text(folder / "b"));
    CHECK((field(outcome.results()[0], "stopped_at_step") == "13") == !until.empty());
  }
}

TEST_CASE("resume: a log that begins with the resumed run is begun again only if the checkpoint knows of it") {
  TempFolder folder;
  REQUIRE(bnlab_program(with(with(kRun, {"--checkpoint", folder / "a"}), {"--max-steps", "4"})).status == 0);
  const Words resume = {"train", "--quiet", "--resume", folder / "a", "--log", folder / "log", "--max-steps"};
  REQUIRE(bnlab_program(with(resume, {"6"})).status == 0);
  const std::string log = read_text(folder / "log");
  CHECK(log.rfind("step,epoch,loss,accuracy\n5,1,", 0) == 0);
  const Outcome unknown = bnlab_program(with(resume, {"6"}));
  CHECK(unknown.status == 1);
  CHECK(contains(unknown.err, "rows from step 5 on; name another --log"));
  CHECK(read_text(folder / "log") == log);
  // The checkpoint is written again at its own step, with a log that has no rows yet.
  std::filesystem::remove(folder / "log");
  REQUIRE(bnlab_program(with(resume, {"4", "--checkpoint", folder / "a"})).status == 0);
  for (int time = 0; time < 2; ++time) {
    CHECK(bnlab_program(with(resume, {"6"})).status == 0);
    CHECK(read_text(folder / "log") == log);
  }
}

TEST_CASE("train: a loss that is lost in the very last step is noticed, and nothing is saved") {
  TempFolder folder;
  const Outcome outcome =
      bnlab_program({"train", "--quiet", "--limit", "30", "--validation", "0", "--hidden", "8", "--epochs", "1",
                     "--optimizer", "sgd", "--lr", kDouble ? "1e308" : "1e38", "--save", folder / "model"});
  CHECK(outcome.status == 1);
  CHECK(field(outcome.results()[0], "diverged_at_step") == "1");
  CHECK(files_in(folder.path()) == 0);
  // With images to validate on, before a checkpoint is made of it, though more epochs were to come.
  const Outcome validated =
      bnlab_program({"train", "--quiet", "--limit", "30", "--validation", "0.2", "--hidden", "8", "--epochs", "3",
                     "--optimizer", "sgd", "--lr", kDouble ? "1e308" : "1e38", "--checkpoint", folder / "checkpoint"});
  CHECK(validated.status == 1);
  CHECK(field(validated.results()[0], "diverged_at_step") == "1");
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("train --init: dropout draws by the seed") {
  TempFolder folder;
  REQUIRE(bnlab_program(with(kRun, {"--save", folder / "init", "--max-steps", "1"})).status == 0);
  std::string loss[2];
  for (const char* seed : {"1", "2"}) {
    const Outcome outcome = bnlab_program({"train", "--quiet", "--init", folder / "init", "--shuffle", "off",
                                           "--validation", "0", "--limit", "64", "--epochs", "1", "--seed", seed});
    loss[*seed - '1'] = field(outcome.results()[0], "train_loss");
  }
  CHECK(loss[0] != "");
  CHECK(loss[0] != loss[1]);
}

TEST_CASE("train: killed without notice at 100 random moments and resumed each time, it ends with the same bytes") {
  TempFolder folder;
  cut_sample(folder / "data");
  const Words run = with(kRun, {"--epochs", "30", "--checkpoint-every", "1", "--data", folder / "data"});
  REQUIRE(bnlab_program(with(run, files(folder / "whole"))).status == 0);
  const Words mine = files(folder / "run");
  const std::string checkpoint = folder / "run.checkpoint";
  Random random(1, "moments");
  int kills = 0, further = 0;
  for (bool done = false; !done || kills < 100;) {
    if (done) {  // it came to its end between the kills: once more, from the beginning
      check_same(folder / "whole", folder / "run");
      for (const char* kind : {".model", ".checkpoint", ".csv"}) fs::remove((folder / "run") + kind);
    }
    const auto written = [&] {
      return fs::exists(checkpoint) ? fs::last_write_time(checkpoint) : fs::file_time_type{};
    };
    const auto before = written();
    const Words should_continue = fs::exists(checkpoint) ? Words{"--resume", checkpoint} : Words{};
    const Outcome outcome = run_program(program(), with(with(run, mine), should_continue), ".",
                                        {.meanwhile = [&](pid_t child, const std::string&) {
                                          if (kills == 100) return;
                                          // Every other time once it trains, else also while it starts and reads.
                                          for (int i = 0; kills % 2 == 1 && i < 500 && written() == before; ++i)
                                            ::usleep(2000);
                                          ::usleep(random.below(20000));
                                          ::kill(child, SIGKILL);
                                        }});
    done = outcome.status == 0;
    if (!done) REQUIRE(outcome.status == 256 + SIGKILL);
    kills += !done;
    further += written() != before;
  }
  CHECK(kills == 100);
  CHECK(further > 10);
  check_same(folder / "whole", folder / "run");
}

}  // namespace bnlab::testing::resume_test
