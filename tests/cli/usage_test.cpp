// Wrong command lines and wrong input: one line that says what was expected and found, and the exit status.
#include <sstream>

#include "bnlab/train/architecture.hpp"
#include "bnlab/train/trainer.hpp"
#include "program.hpp"

namespace bnlab::testing::usage_test {

namespace {

// Where a wrong command line should point: to the help of its command, or to the general one.
std::string help_of(const std::vector<std::string>& words) {
  const std::vector<std::string> commands = {"compare", "train", "eval",      "predict",
                                             "fold",    "show",  "gradcheck", "bench"};
  const bool has_command = !words.empty() && std::find(commands.begin(), commands.end(), words[0]) != commands.end();
  return has_command ? "bnlab " + words[0] + " --help" : "bnlab --help";
}

// What --help says of a command, in one line: where its lines break does not matter here.
std::string help_in_one_line(const char* command) {
  std::string text;
  for (const char c : bnlab_program({command, "--help"}).out) {
    const bool space = c == ' ' || c == '\n';
    if (!space || !text.ends_with(' ')) text += space ? ' ' : c;
  }
  return text;
}

}  // namespace

TEST_CASE("usage: every wrong command line ends with status 2 and one line that says what was expected and found") {
  struct {
    std::vector<std::string> words;
    const char *says, *also;
  } const cases[] = {
      {{}, "expected a command", "compare"},
      {{"comprae"}, "unknown command 'comprae'", "did you mean compare?"},
      {{"--version"}, "unknown command '--version' (see", ""},
      {{"compare", "--hidden", "none"}, "--hidden: expected a hidden layer to normalize, found none", ""},
      {{"train", "--epcohs", "3"}, "unknown option '--epcohs'", "did you mean --epochs?"},
      {{"train", "--out", "x"}, "--out: not an option of train, but of compare", ""},
      {{"show", "--batch", "3"}, "--batch: not an option of show, but of compare, train, eval or bench", ""},
      {{"train", "-x"}, "unknown option '-x' (see", ""},
      {{"train", "-epochs", "3"}, "unknown option '-epochs'", "did you mean --epochs?"},
      {{"train", "-"}, "unknown option '-' (see", ""},
      {{"train", "--"}, "unknown option '--' (see", ""},
      {{"train", "--=3"}, "unknown option '--' (see", ""},
      {{""}, "unknown command '' (see", ""},
      {{"-x"}, "unknown command '-x' (see", ""},
      {{"--quiet"}, "expected a command before the option --quiet", "such as compare"},
      {{"--epochs=3", "train"}, "expected a command before the option --epochs", ""},
      {{"help", "nosuch"}, "unknown command 'nosuch'", ""},
      {{"--help", "trian"}, "unknown command 'trian'", "did you mean train?"},
      {{"help", "train", "more"}, "unexpected word 'more'", ""},
      {{"nosuch", "--help"}, "unknown command 'nosuch'", ""},
      {{"train", "--help=yes"}, "--help: expected no value", "'yes'"},
      {{"compare", "--norm", "batch"}, "--norm: not an option of compare", "train"},
      {{"train", "extra"}, "unexpected word 'extra'; train takes only options", ""},
      {{"bench"}, "bench: expected gemm|epoch|layers", "bnlab bench epoch"},
      {{"bench", "gmem"}, "bench: expected gemm, epoch or layers", "found 'gmem'"},
      {{"bench", "gemm", "epoch"}, "unexpected word 'epoch'", ""},
      {{"train", "--epochs"}, "--epochs: expected a value", "(N)"},
      {{"train", "--epochs", "--quiet"}, "--epochs: expected a value", ""},
      {{"train", "--epochs="}, "--epochs: expected a value", "empty"},
      {{"train", "--quiet=yes"}, "--quiet: expected no value", "'yes'"},
      {{"train", "--epochs", "0"}, "--epochs: expected", "found '0'"},
      {{"train", "--epochs", "-1"}, "--epochs: expected", "found '-1'"},
      {{"train", "--epochs", "1.5"}, "--epochs: expected a whole number", "found '1.5'"},
      {{"train", "--epochs", "99999999999999999999999"}, "--epochs: expected", "found"},
      {{"train", "--limit", "1"}, "--limit: expected", ">= 2"},
      {{"train", "--validation", "1"}, "--validation: expected a fraction in [0, 1)", "found '1'"},
      {{"train", "--validation", "-0.1"}, "--validation: expected", "found '-0.1'"},
      {{"train", "--seed", "-1"}, "--seed: expected", ">= 0"},
      {{"train", "--threads", "0"}, "--threads: expected", ">= 1"},
      {{"train", "--batch", "0"}, "--batch: expected", "found '0'"},
      {{"train", "--batch", "1", "--norm", "batch"}, "--batch: expected 2 or more with batch normalization", "found 1"},
      {{"compare", "--batch", "1"}, "--batch: expected 2 or more", "found 1"},
      {{"train", "--hidden", "10,0"}, "--hidden: expected whole numbers from 1 to 65536", "found '0'"},
      {{"train", "--hidden", "65537"}, "--hidden: expected", "found '65537'"},
      {{"train", "--hidden", "10,,20"}, "--hidden: expected", "found ''"},
      {{"train", "--norm", "group"}, "--norm: expected none", "found 'group'"},
      {{"train", "--bn-momentum", "0", "--norm", "batch"}, "--bn-momentum: expected a number in (0, 1]", "found '0'"},
      {{"train", "--bn-momentum", "1.1", "--norm", "batch"}, "--bn-momentum: expected", "found '1.1'"},
      {{"train", "--bn-eps", "0", "--norm", "batch"}, "--bn-eps: expected a number > 0", "found '0'"},
      {{"train", "--bn-eps", "inf", "--norm", "batch"}, "--bn-eps: expected a number > 0", "found 'inf'"},
      {{"train", "--bn-eps", "0.1"}, "--bn-eps: expected a normalization with it", "found none"},
      {{"train", "--bn-momentum", "0.2"},
       "--bn-momentum: expected a normalization with running statistics",
       "found none"},
      {{"bench", "epoch", "--bn-eps", "0.1"}, "--bn-eps: expected a normalization with it", "found none"},
      {{"train", "--init", "x", "--bn-eps", "0.1"}, "--bn-eps: the network is that of --init x", ""},
      {{"eval", "m", "--bn-eps", "0.1"}, "--bn-eps: not an option of eval", "train"},
      {{"train", "--norms", "none,batch"}, "--norms: not an option of train", "compare"},
      {{"compare", "--norms", "batch"}, "--norms: expected two different ones of none", "found 'batch'"},
      {{"compare", "--norms", "batch,batch"}, "--norms: expected two different ones of none", "found 'batch,batch'"},
      {{"compare", "--norms", "none,batch,none"}, "--norms: expected two different", "found 'none,batch,none'"},
      {{"compare", "--norms", "none,group"}, "--norms: expected two different", "found 'none,group'"},
      {{"compare", "--norms", "none,"}, "--norms: expected two different", "found 'none,'"},
      {{"compare", "--norms", "batch,none", "--batch", "1"}, "--batch: expected 2 or more with batch", "found 1"},
      {{"train", "--place", "behind", "--norm", "batch"}, "--place: expected before or after", "found 'behind'"},
      {{"train", "--place", "after"}, "--place: expected a normalization with it", "found none"},
      {{"compare", "--place", "after", "--bias", "maybe"}, "--bias: expected on or off", "found 'maybe'"},
      {{"train", "--bias", "off", "--hidden", "none"}, "--bias: expected a hidden layer with it", "found none"},
      {{"train", "--init", "x", "--bias", "off"}, "--bias: the network is that of --init x", ""},
      {{"train", "--init", "x", "--norm", "batch", "--place", "after"}, "the network is that of --init x", ""},
      {{"train", "--pixels", "central"}, "--pixels: expected half, centred or standardized", "found 'central'"},
      {{"train", "--init", "x", "--pixels", "half"}, "--pixels: the scale of the pixels is that of --init x", ""},
      {{"eval", "m", "--pixels", "half"}, "--pixels: not an option of eval", "compare"},
      {{"train", "--init-method", "he"}, "--init-method: expected default, kaiming or xavier", "found 'he'"},
      {{"train", "--init-scale", "0"}, "--init-scale: expected a number > 0", "found '0'"},
      {{"train", "--init-method", "kaiming", "--init", "x"}, "--init-method: the weights are those of --init x", ""},
      {{"train", "--init", "x", "--init-scale", "1"}, "--init-scale: the weights are those of --init x", ""},
      {{"bench", "epoch", "--init-scale", "1"}, "--init-scale: not an option of bench", "compare"},
      {{"train", "--activation", "softmax"}, "--activation: expected relu", "found 'softmax'"},
      {{"train", "--dropout", "1"}, "--dropout: expected", "found '1'"},
      {{"train", "--optimizer", "lion"}, "--optimizer: expected adam, adamw", "found 'lion'"},
      {{"train", "--lr", "0"}, "--lr: expected a number > 0", "found '0'"},
      {{"train", "--lr", "inf"}, "--lr: expected", "found 'inf'"},
      {{"train", "--lr", "nan"}, "--lr: expected", "found 'nan'"},
      {{"train", "--lr", "1e-3x"}, "--lr: expected", "found '1e-3x'"},
      {{"train", "--momentum", "1", "--optimizer", "sgd"}, "--momentum: expected", "found '1'"},
      {{"train", "--momentum", "0.9"}, "--momentum: expected --optimizer sgd", "found adam"},
      {{"train", "--nesterov", "--optimizer", "sgd"}, "--nesterov: expected a --momentum above 0", ""},
      {{"train", "--weight-decay", "-1"}, "--weight-decay: expected", "found '-1'"},
      {{"train", "--adam-eps", "0"}, "--adam-eps: expected", "found '0'"},
      {{"train", "--adam-eps", "1e-4", "--optimizer", "sgd"}, "--adam-eps: expected --optimizer adam", "found sgd"},
      {{"train", "--shuffle", "maybe"}, "--shuffle: expected on or off", "found 'maybe'"},
      {{"train", "--init", "x", "--hidden", "3"}, "--hidden: the network is that of --init x", ""},
      {{"eval"}, "eval: expected MODEL, as in:", "bnlab eval build/run"},
      {{"eval", "a", "b"}, "unexpected word 'b'; eval takes MODEL and options", ""},
      {{"predict", "model"}, "predict: expected MODEL IMAGE...", "bnlab predict"},
      {{"fold", "model"}, "fold: expected --save FILE", ""},
      {{"show", "--part", "validation"}, "--part: expected train or test", "found 'validation'"},
      {{"show", "--colours", "16"}, "--colours: expected auto, 24bit, 256 or none", "found '16'"},
      {{"eval", "m", "--statistics", "mine"}, "--statistics: expected running, batch or population", "found 'mine'"},
      {{"train", "--checkpoint-every", "5"}, "--checkpoint-every: expected --checkpoint FILE with it", ""},
      {{"train", "--checkpoint-every", "0", "--checkpoint", "x"}, "--checkpoint-every: expected", "found '0'"},
      {{"train", "--max-steps", "0"}, "--max-steps: expected", "found '0'"},
      {{"train", "--hidden", "none", "--norm", "batch"}, "--norm: expected a hidden layer to normalize", ""},
      {{"eval", "m", "--batch", "8"}, "--batch: expected --statistics batch with it", ""},
      {{"eval", "m", "--statistics", "population", "--batch", "8"}, "--batch: expected --statistics batch with it", ""},
      {{"train", "--data", ""}, "--data: expected a value", "empty"},
  };
  for (const auto& c : cases) {
    std::string line;
    for (const std::string& word : c.words) line += word + " ";
    CAPTURE(line);
    const Outcome outcome = bnlab_program(c.words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(outcome.out == "");
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, c.says));
    CHECK(contains(outcome.err, c.also));
    CHECK(outcome.err.ends_with(" (see " + help_of(c.words) + ")\n"));
  }
}

TEST_CASE("usage: what is only found out in the middle of a command points to its help, too") {
  TempFolder folder;
  const std::string model = folder / "model", checkpoint = folder / "checkpoint";
  REQUIRE(bnlab_program({"train", "--quiet", "--limit", "200", "--hidden", "4", "--norm", "batch", "--epochs", "1",
                         "--save", model, "--checkpoint", checkpoint})
              .status == 0);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"eval", model, "--statistics", "batch", "--batch", "1"},
        {"train", "--init", model, "--batch", "1"},
        {"train", "--resume", checkpoint, "--hidden", "5"},
        {"train", "--resume", checkpoint, "--batch", "1"},
        {"gradcheck", "--sweep", "--layer", "nosuch"},
        {"bench", "gmem"}}) {
    const Outcome outcome = bnlab_program(words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(one_line(outcome.err));
    CHECK(outcome.err.ends_with(" (see " + help_of(words) + ")\n"));
  }
}

TEST_CASE("usage: who asks for help gets it, whatever else is wrong with the line") {
  const std::string help = bnlab_program({"train", "--help"}).out;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"train", "--epcohs", "3", "--help"},
                                                {"train", "--help", "--epochs"},
                                                {"train", "--epochs", "x", "-h"},
                                                {"train", "extra", "--help"},
                                                {"train", "--save", "--help"},
                                                {"train", "--momentum", "0.9", "--help"},
                                                {"--help", "train"},
                                                {"help", "train"}}) {
    const Outcome outcome = bnlab_program(words);
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out == help);
  }
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"-h"}, {"help"}, {"help", "--help"}}) {
    CHECK(contains(bnlab_program(words).out, "Commands:\n"));
  }
}

TEST_CASE("usage: the help of every command names its options with their ranges, and shows an example") {
  CHECK(contains(bnlab_program({"--help"}).out, "gradcheck"));
  for (const char* command : {"compare", "train", "eval", "gradcheck"}) {
    CAPTURE(command);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{command, "--help"}, {command, "-h"}, {"help", command}}) {
      const Outcome outcome = bnlab_program(words);
      CHECK(outcome.status == 0);
      CHECK(outcome.err == "");
      CHECK(contains(outcome.out, "--quiet"));
      CHECK(contains(outcome.out, "Example:\n  "));
      CHECK(contains(outcome.out, std::string("bnlab ") + command));
    }
  }
  CHECK(contains(bnlab_program({"train", "--help"}).out, "--weight-decay X"));
}

TEST_CASE("usage: the help fits into a terminal of 80 columns, but for the example") {
  for (const char* command :
       {"compare", "train", "eval", "predict", "fold", "experiment", "show", "gradcheck", "bench"}) {
    CAPTURE(command);
    const std::string help = bnlab_program({command, "--help"}).out;
    std::istringstream lines(help.substr(0, help.find("Example:")));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() < 80);
  }
}

TEST_CASE("usage: help and error messages name every kind of normalization and activation, and the defaults") {
  const std::string help = help_in_one_line("train");
  CHECK(contains(help, "--norm " + norm_names()));
  CHECK(contains(help, "--activation " + activation_names()));
  CHECK(contains(help_in_one_line("compare"), "of " + norm_names() + " (default none,batch)"));
  const std::string norms = bnlab_program({"train", "--norm", "?"}).err;
  for (const NormKind& kind : norm_kinds()) CHECK(contains(norms, kind.name));
  const std::string activations = bnlab_program({"train", "--activation", "?"}).err;
  for (const ActivationKind& kind : activation_kinds()) CHECK(contains(activations, kind.name));
  const Architecture architecture;
  const TrainSettings training;
  CHECK(contains(help, "(default " + architecture.activation + ")"));
  CHECK(contains(help, format("(default %zu)", architecture.hidden[0])));
  CHECK(contains(help, format("(default %zu)", training.batch)));
  for (const char* command : {"train", "eval", "predict"}) {
    CHECK(contains(help_in_one_line(command), "(default data/mnist-sample; eval, predict: the model's own set)"));
  }
  CHECK(contains(help, "(default 0.001; sgd 0.1"));
  CHECK(contains(help, "(default 0; adamw 0.01"));
  CHECK(contains(help, "(default 1e-8)"));
  CHECK(contains(help, "training images, at least 2 (default all)"));
}

TEST_CASE("usage: what cannot be read or written ends with status 1 and one line, before any training") {
  const std::string sample = "data/fashion-mnist-sample";
  TempFolder folder;
  write_text(folder / "file", "x");
  std::filesystem::create_directory(folder / "empty");
  write_text(folder / "not-a-model", "this is no model at all");
  struct {
    std::vector<std::string> words;
    const char* says;
  } const cases[] = {
      {{"compare", "--data", folder / "nowhere"}, "expected a dataset folder, found nothing"},
      {{"compare", "--data", folder / "file"}, "expected a dataset folder, found a file"},
      {{"compare", "--data", folder / "empty"}, "no such file"},
      {{"compare", "--out", folder / "file/out"}, "expected a folder to write to"},
      {{"compare", "--out", folder / "file"}, "expected a folder to write to"},
      {{"train", "--save", folder / "nowhere/model"}, "does not exist"},
      {{"train", "--save", folder / "empty"}, "found a folder"},
      {{"train", "--log", folder / "nowhere/log.csv"}, "does not exist"},
      {{"train", "--init", folder / "nowhere"}, "No such file"},
      {{"train", "--init", folder / "not-a-model"}, "expected a safetensors file"},
      {{"train", "--limit", "20000"}, "at most 10000 training images, got 20000"},
      {{"eval", folder / "nowhere"}, "No such file"},
      {{"eval", folder / "empty"}, "found a folder"},
      {{"eval", folder / "not-a-model"}, "expected a safetensors file"},
  };
  for (const auto& c : cases) {
    std::string line;
    for (const std::string& word : c.words) line += word + " ";
    CAPTURE(line);
    const Outcome outcome = bnlab_program(c.words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, c.says));
    CHECK_FALSE(contains(outcome.out, "epoch 1"));
  }
}

}  // namespace bnlab::testing::usage_test
