#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "bnlab/cli/settings.hpp"

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

std::uint64_t whole_number(const Option& option, const string& text, std::uint64_t least, std::uint64_t most) {
  const string range = most == UINT64_MAX
                           ? "a whole number >= " + std::to_string(least)
                           : "whole numbers from " + std::to_string(least) + " to " + std::to_string(most);
  std::uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, value);
  if (problem != std::errc() || end != last || value < least || value > most) bad_value(option, range, text);
  return value;
}

// Values whose range follows from the type of their member in the settings: any text, or one of the choices that the
// option's help lists ("batch|none"); what a flag stands for; widths of layers.
void read(const Option& option, const string& text, string& to) {
  const std::vector<string> choices = pieces(option.value, '|');
  to = text;
  if (choices.size() == 1 || std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  string all;
  for (const string& c : choices) all += (all.empty() ? "" : c == choices.back() ? " or " : ", ") + c;
  bad_value(option, all, text);
}
void read(const Option& option, const string& text, bool& to) {
  string word = "on";
  if (*option.value != '\0') read(option, text, word);  // on|off
  to = word == "on";
}
void read(const Option& option, const string& text, std::vector<std::size_t>& to) {
  to.clear();
  if (text == "none") return;
  for (const string& width : pieces(text + ",", ',')) to.push_back(whole_number(option, width, 1, 65536));
}

// What an option does with its value: each of these puts it into one member of the settings.
using S = Settings;
using Set = std::function<void(S&, const Option&, const string&)>;

template <class Member>
Set value(Member S::*to) {
  return [=](S& s, const Option& o, const string& t) { read(o, t, s.*to); };
}
template <class Whole>
Set whole(Whole S::*to, std::uint64_t least, std::uint64_t most = UINT64_MAX) {
  return [=](S& s, const Option& o, const string& t) { s.*to = whole_number(o, t, least, most); };
}
// `range` says what the number must be, and ends with "> 0", ">= 0" or "[0, 1)".
template <class Number>
Set number(Number S::*to, std::string_view range) {
  return [=](S& s, const Option& o, const string& t) {
    char* end = nullptr;
    const double x = std::strtod(t.c_str(), &end);
    const bool begins = !t.empty() && !std::isspace(static_cast<unsigned char>(t[0]));
    const bool fits = range.ends_with(" > 0") ? x > 0 : x >= 0 && (range.ends_with(" >= 0") || x < 1);
    if (!begins || *end != '\0' || !std::isfinite(x) || !fits) bad_value(o, string(range), t);
    s.*to = x;
  };
}

}  // namespace

const std::vector<Option>& options() {
  constexpr const char *training = "compare train", *models = "compare train eval predict fold",
                       *every = "compare train eval predict fold show gradcheck";
  static const std::vector<Option> all = {
      {"--data", "DIR", "folder of the dataset (default data/fashion-mnist-sample)", "compare train eval predict show",
       value(&S::data)},
      {"--limit", "N", "only the first N training images, at least 2 (default all)", training, whole(&S::limit, 2)},
      {"--validation", "F", "fraction of them held out, in [0, 1) (default 0.1)", training,
       number(&S::validation, "a fraction in [0, 1)")},
      {"--seed", "N", "of all random numbers: weights, split, order, dropout (default 1)", "compare train gradcheck",
       whole(&S::seed, 0)},
      {"--threads", "N", "threads; the result is the same for any number (default: one per core)", models,
       whole(&S::threads, 1)},
      {"--epochs", "N", "passes over the training images (default 5)", training, whole(&S::epochs, 1)},
      {"--batch", "N", "images per step (eval: per test batch); 2 or more with batch normalization (default 64)",
       "compare train eval", whole(&S::batch, 1, UINT32_MAX)},
      {"--hidden", "W,W,...", "widths of the hidden layers, each from 1 to 65536, or none (default 512)", training,
       value(&S::hidden)},
      {"--norm", "batch|none", "batch normalization after each hidden Linear, or none (default none)", "train",
       value(&S::norm)},
      {"--activation", "relu|sigmoid|tanh", "of the hidden layers; for files that do not say theirs (default relu)",
       models, value(&S::activation)},
      {"--dropout", "P", "probability of dropping a hidden unit, in [0, 1) (default 0)", training,
       number(&S::dropout, "a probability in [0, 1)")},
      {"--optimizer", "adam|adamw|sgd", "how gradients change weights (default adam)", training, value(&S::optimizer)},
      {"--lr", "X", "learning rate, > 0 (default 0.001; sgd 0.1)", training, number(&S::lr, "a number > 0")},
      {"--momentum", "X", "sgd's momentum, in [0, 1) (default 0)", training,
       number(&S::momentum, "a number in [0, 1)")},
      {"--nesterov", "", "Nesterov's form of momentum", training, value(&S::nesterov)},
      {"--weight-decay", "X", ">= 0 (default 0; adamw 0.01)", training, number(&S::weight_decay, "a number >= 0")},
      {"--adam-eps", "X", "Adam's epsilon, > 0 (default 1e-8)", training, number(&S::adam_eps, "a number > 0")},
      {"--shuffle", "on|off", "a new order of the images each epoch, or the file's (default on)", training,
       value(&S::shuffle)},
      {"--init", "FILE", "start from this model's weights", "train", value(&S::init)},
      {"--save", "FILE", "write the model there (safetensors)", "train fold", value(&S::save)},
      {"--checkpoint", "FILE", "keep the state of the run there, at the end of each epoch and of the run", "train",
       value(&S::checkpoint)},
      {"--checkpoint-every", "STEPS", "... and after every so many steps", "train", whole(&S::checkpoint_every, 1)},
      {"--max-steps", "N", "stop after the run's step N, saving what is to be saved", "train", whole(&S::max_steps, 1)},
      {"--resume", "FILE", "go on with the run of this checkpoint", "train", value(&S::resume)},
      {"--log", "FILE.csv", "write step, epoch, loss and accuracy of every training step", "train", value(&S::log)},
      {"--out", "DIR", "folder for both models and history.csv (default build/run)", "compare", value(&S::out)},
      {"--part", "train|test", "which of the dataset's images (default test)", "predict show", value(&S::part)},
      {"--first", "N", "number of the first image to show (default 0)", "show", whole(&S::first, 0, UINT32_MAX)},
      {"--count", "N", "how many to show (default 6)", "show", whole(&S::count, 0, UINT32_MAX)},
      {"--colours", "auto|24bit|256|none", "for images (default auto: as the terminal allows)", "predict show",
       value(&S::colours)},
      {"--logits", "FILE.npy", "write the logits of all test images, [images, classes]", "eval", value(&S::logits)},
      {"--statistics", "running|batch", "what batch normalization normalises with (default running)", "eval",
       value(&S::statistics)},
      {"--layer", "NAME", "only the rows that begin like that: linear, batchnorm, network ... (default all)",
       "gradcheck", value(&S::layer)},
      {"--step", "X", "step of the differences, as a part of each column's deviation (default 1e-3)", "gradcheck",
       number(&S::step, "a number > 0")},
      {"--sweep", "", "draw error against step size (without --layer for batchnorm); in float, too", "gradcheck",
       value(&S::sweep)},
      {"--quiet", "", "result lines and errors only", every, value(&S::quiet)},
      {"--help", "", "this text", every, value(&S::help)},
  };
  return all;
}

}  // namespace bnlab
