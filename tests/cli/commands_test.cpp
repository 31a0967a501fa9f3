// The commands from outside: their result lines, files and promises.
#include <algorithm>

#include "program.hpp"

namespace bnlab::testing::commands_test {

namespace {

// A run of a fraction of a second.
const Words kSmall = {"--limit", "600", "--epochs", "2", "--hidden", "24"};

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// history.csv without its last column, the seconds, which differ from run to run.
std::string without_seconds(const std::string& csv) {
  std::string result;
  std::istringstream stream(csv);
  for (std::string line; std::getline(stream, line);) result += line.substr(0, line.rfind(',')) + "\n";
  return result;
}

}  // namespace

TEST_CASE("compare: --quiet leaves the two result lines, with every field; the models give the same figures to eval") {
  TempFolder folder;
  const Outcome outcome = bnlab_program(with({"compare", "--quiet", "--out", folder.path()}, kSmall));
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  const auto results = outcome.results();
  REQUIRE(results.size() == 2);
  CHECK(lines(outcome.out) == 2);
  for (int i = 0; i < 2; ++i) {
    const std::string model = i == 0 ? "plain" : "batchnorm";
    const std::string line = results[static_cast<std::size_t>(i)];
    CAPTURE(line);
    CHECK(field(line, "model") == model);
    CHECK(field(line, "dataset") == "mnist");
    CHECK(field(line, "seed") == "1");
    CHECK(field(line, "epochs") == "2");
    for (const char* name : {"train_loss", "train_accuracy", "validation_accuracy", "test_loss", "seconds"}) {
      CAPTURE(name);
      CHECK(std::atof(field(line, name).c_str()) > 0);
    }
    CHECK(std::atof(field(line, "test_accuracy").c_str()) > 0.2);
    CHECK(field(line, "diverged_at_step") == "");
    const Outcome again = bnlab_program({"eval", folder / (model + ".safetensors"), "--quiet"});
    CHECK(again.status == 0);
    REQUIRE(again.results().size() == 1);
    CHECK(field(again.results()[0], "model") == model);
    CHECK(field(again.results()[0], "test_accuracy") == field(line, "test_accuracy"));
    CHECK(field(again.results()[0], "test_loss") == field(line, "test_loss"));
  }
  const std::string history = read_text(folder / "history.csv");
  CHECK(lines(history) == 5);
  CHECK(history.rfind("model,epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds\nplain,1,",
                      0) == 0);
  CHECK(contains(history, "\nbatchnorm,2,"));
}

TEST_CASE("compare: the same command, with 1, 2 and 3 threads, writes the same bytes; another seed writes others") {
  TempFolder folder;
  for (const char* threads : {"1", "1 again", "2", "3"}) {
    const std::string count(1, threads[0]);
    const Outcome outcome = bnlab_program(
        with({"compare", "--quiet", "--dropout", "0.2", "--threads", count, "--out", folder / threads}, kSmall));
    REQUIRE(outcome.status == 0);
    for (const char* file : {"plain.safetensors", "batchnorm.safetensors"}) {
      CAPTURE(threads);
      CAPTURE(file);
      CHECK(read_text(folder / threads + "/" + file) == read_text(folder / "1/" + file));
      CHECK(read_text(folder / threads + "/" + file).size() > 10000);
    }
    CHECK(without_seconds(read_text(folder / threads + "/history.csv")) ==
          without_seconds(read_text(folder / "1/history.csv")));
  }
  bnlab_program(with({"compare", "--quiet", "--dropout", "0.2", "--seed", "2", "--out", folder / "other"}, kSmall));
  CHECK(read_text(folder / "other/plain.safetensors") != read_text(folder / "1/plain.safetensors"));
}

TEST_CASE("compare: into a pipe go plain lines; without options on the network a deep sigmoid pair follows") {
  TempFolder folder;
  const Outcome outcome = bnlab_program({"compare", "--limit", "300", "--epochs", "1", "--out", folder.path()});
  CHECK(outcome.status == 0);
  CHECK_FALSE(contains(outcome.out, "\x1b"));
  CHECK_FALSE(contains(outcome.out, "\r"));
  for (const char* part : {"270 training, 30 validation, 10,000 test images of 28 x 28", "784-512-10 relu", "seed 1",
                           "validation accuracy", "training loss", "McNemar", "95 % interval", "100-100-100 sigmoid",
                           "--hidden 100,100,100 --activation sigmoid --optimizer sgd --limit 300 --epochs 1 --out "}) {
    CAPTURE(part);
    CHECK(contains(outcome.out, part));
  }
  CHECK(outcome.results().size() == 2);
  CHECK_FALSE(contains(bnlab_program(with({"compare", "--out", folder.path()}, kSmall)).out, "100-100-100"));
}

TEST_CASE("compare: on a terminal a bar moves, in colour unless NO_COLOR is set") {
  TempFolder folder;
  const Words words = with({"compare", "--out", folder.path()}, kSmall);
  const Outcome colour = run_program(program(), words, ".", {.terminal = true});
  CHECK(colour.status == 0);
  CHECK(contains(colour.out, "s left"));
  CHECK(contains(colour.out, "\x1b[36m"));
  const Outcome plain = run_program(program(), words, ".", {.terminal = true, .environment = {{"NO_COLOR", "1"}}});
  CHECK(contains(plain.out, "s left"));
  CHECK_FALSE(contains(plain.out, "\x1b[36m"));
  CHECK_FALSE(contains(plain.out, "\x1b[0m"));
}

TEST_CASE("compare: a network that diverges is named with its step; the other is still reported, and is saved") {
  TempFolder folder;
  write_text(folder / "plain.safetensors", "from an older run");
  const Words words = with({"compare", "--data", "data/fashion-mnist-sample", "--optimizer", "sgd", "--lr",
                            kDouble ? "1e100" : "1e6", "--out", folder.path()},
                           kSmall);
  const Outcome outcome = bnlab_program(words);
  const auto results = outcome.results();
  REQUIRE(results.size() == 2);
  const std::string step = field(results[0], "diverged_at_step");
  CHECK(step != "");
  CHECK(field(results[0], "test_accuracy") == "");
  CHECK(contains(outcome.out,
                 "plain: the loss became non-finite (diverged) at step " + step + " with learning rate 1e+"));
  const bool other_diverged = field(results[1], "diverged_at_step") != "";
  CHECK(outcome.status == (other_diverged ? 1 : 0));
  CHECK_FALSE(std::filesystem::exists(folder / "plain.safetensors"));
  CHECK(std::filesystem::exists(folder / "batchnorm.safetensors") != other_diverged);
}

TEST_CASE("train: a diverging run prints its result line, says what to try, saves nothing and ends with status 1") {
  TempFolder folder;
  const Outcome outcome = bnlab_program(
      with({"train", "--optimizer", "sgd", "--lr", "1e30", "--save", folder / "model", "--log", folder / "log.csv"},
           kSmall));
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, "try --lr"));
  REQUIRE(outcome.results().size() == 1);
  CHECK(field(outcome.results()[0], "diverged_at_step") != "");
  CHECK_FALSE(std::filesystem::exists(folder / "model"));
}

TEST_CASE("train: writes nothing unless asked; the log has a line per step; --init goes on from a model") {
  TempFolder folder;
  const std::string data = std::filesystem::absolute("data/fashion-mnist-sample").string();
  const Words words = with({"train", "--quiet", "--norm", "batch", "--data", data}, kSmall);
  CHECK(bnlab_program(words, folder.path()).status == 0);
  CHECK(std::filesystem::is_empty(folder.path()));

  const Outcome first = bnlab_program(with(words, {"--save", "model", "--log", "log.csv"}), folder.path());
  CHECK(first.status == 0);
  const std::string log = read_text(folder / "log.csv");
  CHECK(log.rfind("step,epoch,loss,accuracy\n1,1,", 0) == 0);
  CHECK(lines(log) == 1 + 2 * 9);  // 540 images in batches of 64: 9 steps an epoch

  // From the trained weights one epoch starts where the other run ended, not at log 10 = 2.3.
  const Outcome second = bnlab_program(
      {"train", "--quiet", "--data", data, "--init", "model", "--epochs", "1", "--limit", "600"}, folder.path());
  CHECK(second.status == 0);
  REQUIRE(second.results().size() == 1);
  CHECK(field(second.results()[0], "model") == "batchnorm");
  CHECK(std::atof(field(second.results()[0], "train_loss").c_str()) <
        std::atof(field(first.results()[0], "train_loss").c_str()));
}

TEST_CASE("train and eval: a model for other images is refused") {
  TempFolder folder;
  std::filesystem::create_directory(folder / "tiny");
  for (const char* part : {"train", "t10k"}) {
    write_text(folder / "tiny/" + part + "-images-idx3-ubyte",
               std::string("\0\0\x08\x03\0\0\0\4\0\0\0\2\0\0\0\2", 16) + "0123456789abcdef");
    write_text(folder / "tiny/" + part + "-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\4\0\1\2\x09", 12));
  }
  REQUIRE(
      bnlab_program({"train", "--quiet", "--data", folder / "tiny", "--validation", "0", "--save", folder / "model"})
          .status == 0);
  for (const Words& words : {Words{"eval", folder / "model"}, Words{"train", "--init", folder / "model"}}) {
    const Outcome outcome = bnlab_program(words);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, "the model takes 4 inputs (1 x 2 x 2), the images of mnist have 784 pixels"));
  }
}

TEST_CASE("every optimizer and activation trains from the command line, with = or without") {
  for (const Words& words :
       {Words{"--optimizer=sgd", "--momentum=0.9", "--nesterov", "--weight-decay=1e-4"},
        Words{"--optimizer=adamw", "--lr=2e-3"}, Words{"--activation", "sigmoid", "--norm", "batch"},
        Words{"--activation=tanh", "--dropout=0.1", "--adam-eps=1e-4"}, Words{"--shuffle", "off"}}) {
    CAPTURE(words[0]);
    const Outcome outcome = bnlab_program(with(with({"train", "--quiet"}, kSmall), words));
    CHECK(outcome.status == 0);
    REQUIRE(outcome.results().size() == 1);
    CHECK(std::atof(field(outcome.results()[0], "test_accuracy").c_str()) > 0.2);
  }
}

TEST_CASE(
    "the README's program of one's own trains, saves what eval evaluates alike, and stands in the README as it is") {
  TempFolder folder;
  const Outcome outcome = run_program(program("OWN_NETWORK"), {folder / "own.safetensors"});
  CHECK(outcome.status == 0);
  REQUIRE(contains(outcome.out, "test accuracy 0."));
  const Outcome eval = bnlab_program({"eval", folder / "own.safetensors"});
  CHECK(eval.status == 0);
  REQUIRE(eval.results().size() == 1);
  const std::string accuracy = field(eval.results()[0], "test_accuracy");
  CHECK(outcome.out == format("test accuracy %.4f\n", std::stod(accuracy)));
  CHECK_FALSE(contains(eval.out, "activation"));  // the file says it
  CHECK(contains(read_text("README.md"), "```cpp\n" + read_text("docs/own_network.cpp") + "```"));
}

}  // namespace bnlab::testing::commands_test
