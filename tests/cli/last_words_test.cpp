// The words at the end of a run: what it showed, what is kept, how to go on.
#include <signal.h>

#include "bnlab/core/shown.hpp"
#include "program.hpp"

namespace bnlab::testing::last_words_test {

namespace {

const Words kShort = {"--limit", "600", "--epochs", "1"};
const Words kSmall = with(kShort, {"--hidden", "24"});
// So large that plain SGD diverges within a few steps.
const char* const kFar = sizeof(real) == 8 ? "1e100" : "1e6";

// In one line, its words separated by one space each.
std::string flat(const std::string& text) {
  std::string joined;
  std::istringstream words(text);
  for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

// What is printed after the last result line, in one line.
std::string after_results(const Outcome& outcome) {
  const std::string last = outcome.results().back();
  return flat(outcome.out.substr(outcome.out.rfind(last) + last.size()));
}

// No line is wider than a terminal of 80 columns.
void check_narrow(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    const auto width = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
    CHECK(width <= 79);
  }
}

std::string percent(const std::string& result) {
  return format("%.2f %%", 100 * std::atof(field(result, "test_accuracy").c_str()));
}

}  // namespace

TEST_CASE("last words: compare ends with both pairs, what they mean and where to read on, after the result lines") {
  TempFolder folder;
  const Outcome outcome = bnlab_program(with({"compare", "--seed", "3", "--out", folder.path()}, kShort));
  CHECK(outcome.status == 0);
  const Words results = outcome.results();
  REQUIRE(results.size() == 2);
  const std::string end = after_results(outcome);
  CAPTURE(end);
  CHECK(end.starts_with("In short (1 epoch, seed 3, the 10,000 test images of " + field(results[0], "dataset") +
                        "): In 784-512-10 relu under adam lr 0.001, "));
  CHECK(contains(end, "test accuracy was " + percent(results[0]) + " without batch normalization and " +
                          percent(results[1]) + " with it: "));
  CHECK(contains(end, "In 784-100-100-100-10 sigmoid under sgd lr 0.1, test accuracy was "));
  CHECK(contains(end, " So in these runs "));
  CHECK(end.ends_with(" Read on: docs/batchnorm.md, section 1 (Why)."));
  CHECK(contains(read_text("docs/batchnorm.md"), "\n## 1. Why\n"));
  check_narrow(outcome.out.substr(outcome.out.find("  In short (")));
}

TEST_CASE(
    "last words: a pair alone is summed up, too; two norms are both named; --quiet leaves the result lines only") {
  TempFolder folder;
  const Words words = with({"compare", "--norms", "batch,layer", "--out", folder.path()}, kSmall);
  const Outcome outcome = bnlab_program(words);
  const std::string end = after_results(outcome);
  CAPTURE(end);
  CHECK(contains(end, "In 784-24-10 relu under adam lr 0.001, test accuracy was "));
  CHECK(contains(end, " with batch normalization and "));
  CHECK(contains(end, " with layer normalization: "));
  CHECK(contains(end, " So in this run the network "));
  CHECK_FALSE(contains(end, "sigmoid"));
  CHECK(
      contains(after_results(bnlab_program(with({"compare", "--norms", "layer,none", "--out", folder.path()}, kSmall))),
               "Read on: src/nn/layernorm.cpp."));
  const Outcome quiet = bnlab_program(with(words, {"--quiet"}));
  CHECK(after_results(quiet) == "");
  CHECK(std::count(quiet.out.begin(), quiet.out.end(), '\n') == 2);
}

TEST_CASE("last words: a comparison in which a network diverges says which, when, and what the other reached") {
  TempFolder folder;
  const Words words = {"compare", "--data",     "data/fashion-mnist-sample", "--optimizer", "sgd", "--lr", kFar,
                       "--out",   folder.path()};
  const Outcome outcome = bnlab_program(with(words, kSmall));
  const Words results = outcome.results();
  REQUIRE(results.size() == 2);
  const std::string first =
      "Without batch normalization the loss diverged at step " + field(results[0], "diverged_at_step");
  const std::string step = field(results[1], "diverged_at_step");
  const std::string second = step.empty() ? ", " + percent(results[1]) : " the loss diverged at step " + step;
  CHECK(contains(flat(outcome.out), first + "; with it" + second + "."));
  CHECK(contains(after_results(outcome), step.empty() ? "diverged only without batch" : "diverged both with batch"));
  for (const std::string old : {"the one that", "if any"}) CHECK_FALSE(contains(outcome.out, old));
  CHECK(contains(outcome.out, step.empty() ? "  batchnorm.safetensors and history.csv are in "
                                           : "  No model, as both diverged; history.csv is in "));
}

TEST_CASE("last words: compare stopped in the second pair sums up the first, whose files are written") {
  TempFolder folder;
  const Words words = {"compare", "--limit", "130", "--epochs", "200", "--out", folder.path()};
  const Outcome outcome = run_program(program(), words, ".", {.meanwhile = [](pid_t child, const std::string& out) {
                                        for (int i = 0; i < 50000; ++i) {
                                          if (contains(read_text(out), "A network that needs it")) break;
                                          ::usleep(1000);
                                        }
                                        ::kill(child, SIGINT);
                                      }});
  CHECK(outcome.status == 128 + SIGINT);
  const std::string end = after_results(outcome);
  CAPTURE(end);
  CHECK(contains(end, "In 784-512-10 relu under adam lr 0.001, test accuracy was "));
  CHECK(contains(end, "In 784-100-100-100-10 sigmoid under sgd lr 0.1, "));
  CHECK(contains(end, ", and the second was stopped too early to tell."));
  CHECK(std::filesystem::exists(folder / "batchnorm.safetensors"));
}

TEST_CASE("last words: a run that is stopped says what is kept, how to go on, and what is lost") {
  TempFolder folder;
  const std::string c = folder / "c", m = folder / "m", l = folder / "l";
  struct {
    Words words;
    std::string says;
  } const cases[] = {
      {{"--checkpoint", c},
       "The run is kept in " + c + ". To continue: the same command with --resume " + c +
           ", and another --max-steps or none"},
      {{"--checkpoint", c, "--save", m, "--log", l},
       "The run is kept in " + c + ". The model as it is now is saved as " + m + ". The log of its steps is in " + l +
           ". To continue: the same command with --resume " + c},
      {{"--save", m},
       "The model as it is now is saved as " + m + ". Without --checkpoint FILE the run cannot be resumed; --init " +
           m + " begins another from its weights."},
      {{"--log", l},
       "Its weights are lost, as neither --checkpoint FILE nor --save FILE was given. The log of its steps is in " + l +
           "."},
      {{}, "Its weights are lost, as neither --checkpoint FILE nor --save FILE was given."},
  };
  for (const auto& c_ : cases) {
    const Outcome outcome = bnlab_program(with(with({"train", "--max-steps", "4"}, kSmall), c_.words));
    CAPTURE(outcome.out);
    CHECK(outcome.status == 0);
    CHECK(contains(flat(outcome.out), "Stopped after step 4 of 9"));
    CHECK(contains(flat(outcome.out), c_.says));
    CHECK_FALSE(contains(outcome.out, "Not saved"));
    const std::size_t begin = outcome.out.find("Stopped after");
    const std::size_t end = std::min(outcome.out.find("  To continue: "), outcome.out.find("result "));
    check_narrow(outcome.out.substr(begin, end - begin));
  }
}

TEST_CASE(
    "last words: a resumed run that is stopped without a checkpoint of its own says that the old one is unchanged") {
  TempFolder folder;
  const std::string c = folder / "c";
  REQUIRE(bnlab_program(with({"train", "--max-steps", "2", "--checkpoint", c}, kSmall)).status == 0);
  const std::string before = read_text(c);
  const std::string said = flat(bnlab_program({"train", "--resume", c, "--max-steps", "5"}).out);
  CHECK(contains(said,
                 "Its weights are lost, as neither --checkpoint FILE nor --save FILE was given. The checkpoint "
                 "that it was resumed from, " +
                     c + ", is unchanged. result "));
  CHECK(read_text(c) == before);
}

TEST_CASE("last words: a command to be copied is one that a shell takes, whatever the file is called") {
  TempFolder folder;
  const std::string name = folder / "my run's $HOME";
  const Words words = with({"train", "--checkpoint", name}, kSmall);
  const Outcome stopped = bnlab_program(with(words, {"--max-steps", "4"}));
  const std::string begin = "--resume ";
  const std::size_t at = stopped.out.find(begin) + begin.size();
  const std::string quoted = stopped.out.substr(at, stopped.out.find(", and another", at) - at);
  const Outcome told = run_program("/bin/sh", {"-c", "printf %s " + quoted});
  CHECK(told.out == name);
}

TEST_CASE("last words: after Ctrl-C nothing says that a run with a checkpoint is not saved, nor of --max-steps") {
  TempFolder folder;
  const std::string checkpoint = folder / "c";
  const Words words = {"train", "--limit", "600", "--hidden", "24", "--epochs", "1000000", "--checkpoint", checkpoint};
  const Outcome outcome = run_program(program(), words, ".", {.meanwhile = [&](pid_t child, const std::string&) {
                                        for (int i = 0; i < 5000 && !std::filesystem::exists(checkpoint); ++i) {
                                          ::usleep(2000);
                                        }
                                        ::kill(child, SIGINT);
                                      }});
  CHECK(outcome.status == 128 + SIGINT);
  CHECK(contains(flat(outcome.out), "The run is kept in " + checkpoint +
                                        ". To continue: the same command with --resume " + checkpoint + " result "));
  for (const std::string wrong : {"Not saved", "--max-steps", "lost"}) CHECK_FALSE(contains(outcome.out, wrong));
}

TEST_CASE("last words: a run that came to its end says where its network is") {
  TempFolder folder;
  const std::string c = folder / "c", m = folder / "m";
  const Words run = with({"train"}, kSmall);
  CHECK(contains(flat(bnlab_program(run).out), ". Not saved (--save FILE). result "));
  CHECK(contains(flat(bnlab_program(with(run, {"--save", m, "--checkpoint", c})).out), "Saved as " + m + ". result "));
  const std::string kept = flat(bnlab_program(with(run, {"--checkpoint", c})).out);
  CHECK(contains(kept, "The trained network is in the checkpoint " + c + ", which eval and predict take as a model."));
  CHECK_FALSE(contains(kept, "Not saved"));
  CHECK(bnlab_program({"eval", "--quiet", c}).status == 0);
}

TEST_CASE("last words: a run that diverges says that nothing was saved, and of which step its checkpoint is") {
  TempFolder folder;
  const std::string c = folder / "c", m = folder / "m";
  const Words run = with({"train", "--optimizer", "sgd", "--lr", "1e30", "--save", m, "--checkpoint", c}, kSmall);
  const Outcome at_once = bnlab_program(run);
  CHECK(at_once.status == 1);
  CHECK(contains(flat(at_once.out), "Nothing was saved as " + m + ". result "));
  const Outcome later = bnlab_program(with(run, {"--checkpoint-every", "1"}));
  CHECK(contains(flat(later.out), "Nothing was saved as " + m + ". The checkpoint " + c +
                                      " is that of step 1, before "
                                      "the loss diverged. result "));
}

}  // namespace bnlab::testing::last_words_test
