#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "bnlab/cli/commands.hpp"

namespace bnlab {

void usage(const std::string& message) { throw UsageError(message + " (see bnlab --help)"); }

std::vector<std::string> pieces(const std::string& text, char between) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string one; std::getline(stream, one, between);) all.push_back(one);
  return all;
}

namespace {

using std::string;

[[noreturn]] void bad_value(const Option& option, const string& expected, const string& found) {
  usage(string(option.name) + ": expected " + expected + ", found '" + found + "'");
}

// How a value is read, by the type of the setting that it is for. Text is anything, or one of the choices that the
// option's help lists ("batch|none"); a flag has none.
void read(const Option& option, const string& text, string& to) {
  const std::vector<string> choices = pieces(option.value, '|');
  to = text;
  if (choices.size() == 1 || std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  string all;
  for (const string& c : choices) all += (all.empty() ? "" : c == choices.back() ? " or " : ", ") + c;
  bad_value(option, all, text);
}
void read(const Option&, const string&, bool& to) { to = true; }
template <class Whole>
void read(const Option& option, const string& text, Whole& to, std::uint64_t least, std::uint64_t most = UINT64_MAX) {
  const string first = std::to_string(least), last = std::to_string(most);
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, to);
  if (problem == std::errc() && stopped == end && to >= least && to <= most) return;
  bad_value(option, most == UINT64_MAX ? "a whole number >= " + first : "whole numbers from " + first + " to " + last,
            text);
}
void read(const Option& option, const string& text, std::vector<std::size_t>& to) {
  to.clear();
  if (text == "none") return;
  for (const string& width : pieces(text + ",", ',')) read(option, width, to.emplace_back(), 1, 65536);
}
// `range` says what the number must be, and ends with "> 0", ">= 0" or "[0, 1)".
template <class Number>
void read(const Option& option, const string& text, Number& to, const char* range) {
  char* end = nullptr;
  const double x = std::strtod(text.c_str(), &end);
  const bool begins = !text.empty() && !std::isspace(static_cast<unsigned char>(text[0]));
  const std::string_view words = range;
  const bool fits = words.ends_with(" > 0") ? x > 0 : x >= 0 && (words.ends_with(" >= 0") || x < 1);
  if (!begins || *end != '\0' || !std::isfinite(x) || !fits) bad_value(option, range, text);
  to = x;
}

using S = Settings;

// What an option does with its value: reads it into that setting.
template <class Type, class... Range>
auto into(Type S::*setting, Range... range) {
  return [=](S& s, const Option& option, const string& text) { read(option, text, s.*setting, range...); };
}

}  // namespace

const std::vector<Option>& options() {
  constexpr const char *training = "compare train", *models = "compare train eval predict fold",
                       *every = "compare train eval predict fold show gradcheck bench";
  static const std::vector<Option> all = {
      {"--data", "DIR", "folder of the dataset (default data/fashion-mnist-sample)",
       "compare train eval predict show bench", into(&S::data)},
      {"--limit", "N", "only the first N training images, at least 2 (default all)", "compare train bench",
       into(&S::limit, 2u)},
      {"--validation", "F", "fraction of them held out, in [0, 1) (default 0.1)", training,
       into(&S::validation, "a fraction in [0, 1)")},
      {"--seed", "N", "of all random numbers: weights, split, order, dropout (default 1)",
       "compare train gradcheck bench", into(&S::seed, 0u)},
      {"--threads", "N", "threads; the result is the same for any number (default: one per core)",
       "compare train eval predict fold bench", into(&S::threads, 1u)},
      {"--epochs", "N", "passes over the training images (default 5)", training, into(&S::epochs, 1u)},
      {"--batch", "N", "images per step (eval: per test batch); 2 or more with batch normalization (default 64)",
       "compare train eval bench", into(&S::batch, 1u, UINT32_MAX)},
      {"--hidden", "W,W,...", "widths of the hidden layers, each from 1 to 65536, or none (default 512)",
       "compare train bench", into(&S::hidden)},
      {"--norm", "batch|none", "batch normalization after each hidden Linear, or none (default none)", "train bench",
       into(&S::norm)},
      {"--activation", "relu|sigmoid|tanh", "of the hidden layers; for files that do not say theirs (default relu)",
       models, into(&S::activation)},
      {"--dropout", "P", "probability of dropping a hidden unit, in [0, 1) (default 0)", training,
       into(&S::dropout, "a probability in [0, 1)")},
      {"--optimizer", "adam|adamw|sgd", "how gradients change weights (default adam)", training, into(&S::optimizer)},
      {"--lr", "X", "learning rate, > 0 (default 0.001; sgd 0.1)", training, into(&S::lr, "a number > 0")},
      {"--momentum", "X", "sgd's momentum, in [0, 1) (default 0)", training, into(&S::momentum, "a number in [0, 1)")},
      {"--nesterov", "", "Nesterov's form of momentum", training, into(&S::nesterov)},
      {"--weight-decay", "X", ">= 0 (default 0; adamw 0.01)", training, into(&S::weight_decay, "a number >= 0")},
      {"--adam-eps", "X", "Adam's epsilon, > 0 (default 1e-8)", training, into(&S::adam_eps, "a number > 0")},
      {"--shuffle", "on|off", "a new order of the images each epoch, or the file's (default on)", training,
       into(&S::shuffle)},
      {"--init", "FILE", "start from this model's weights", "train", into(&S::init)},
      {"--save", "FILE", "write the model there (safetensors)", "train fold", into(&S::save)},
      {"--checkpoint", "FILE", "keep the state of the run there, at the end of each epoch and of the run", "train",
       into(&S::checkpoint)},
      {"--checkpoint-every", "STEPS", "... and after every so many steps", "train", into(&S::checkpoint_every, 1u)},
      {"--max-steps", "N", "stop after the run's step N, saving what is to be saved", "train", into(&S::max_steps, 1u)},
      {"--resume", "FILE", "go on with the run of this checkpoint", "train", into(&S::resume)},
      {"--log", "FILE.csv", "write step, epoch, loss and accuracy of every training step", "train", into(&S::log)},
      {"--out", "DIR", "folder for both models and history.csv (default build/run)", "compare", into(&S::out)},
      {"--part", "train|test", "which of the dataset's images (default test)", "predict show", into(&S::part)},
      {"--first", "N", "number of the first image to show (default 0)", "show", into(&S::first, 0u, UINT32_MAX)},
      {"--count", "N", "how many to show (default 6)", "show", into(&S::count, 0u, UINT32_MAX)},
      {"--colours", "auto|24bit|256|none", "for images (default auto: as the terminal allows)", "predict show",
       into(&S::colours)},
      {"--logits", "FILE.npy", "write the logits of all test images, [images, classes]", "eval", into(&S::logits)},
      {"--statistics", "running|batch", "what batch normalization normalises with (default running)", "eval",
       into(&S::statistics)},
      {"--layer", "NAME", "only the rows that begin like that: linear, batchnorm, network ... (default all)",
       "gradcheck", into(&S::layer)},
      {"--step", "X", "step of the differences, as a part of each column's deviation (default 1e-3)", "gradcheck",
       into(&S::step, "a number > 0")},
      {"--sweep", "", "draw error against step size (without --layer for batchnorm); in float, too", "gradcheck",
       into(&S::sweep)},
      {"--quiet", "", "result lines and errors only", every, into(&S::quiet)},
      {"--help", "", "this text", every, into(&S::help)},
  };
  return all;
}

}  // namespace bnlab
