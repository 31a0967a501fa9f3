#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "bnlab/cli/settings.hpp"

namespace bnlab {

void usage(const std::string& message) { throw UsageError(message + " (see bnlab --help)"); }

namespace {

using std::string;

[[noreturn]] void bad_value(const string& option, const string& expected, const string& found) {
  usage(option + ": expected " + expected + ", found '" + found + "'");
}

std::uint64_t whole_number(const string& option, const string& text, std::uint64_t least, std::uint64_t most) {
  const string range = most == UINT64_MAX
                           ? "a whole number >= " + std::to_string(least)
                           : "whole numbers from " + std::to_string(least) + " to " + std::to_string(most);
  std::uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, value);
  if (problem != std::errc() || end != last || value < least || value > most) bad_value(option, range, text);
  return value;
}

// `fits` decides; `range` says the same in words.
double number(const string& option, const string& text, const char* range, bool (*fits)(double)) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) || *end != '\0' || !std::isfinite(value) ||
      !fits(value)) {
    bad_value(option, range, text);
  }
  return value;
}
bool is_fraction(double x) { return x >= 0 && x < 1; }
bool is_positive(double x) { return x > 0; }
bool is_not_negative(double x) { return x >= 0; }

// One of the choices that the option's help lists: "batch|none".
string choice(const Option& option, const string& text) {
  std::vector<string> choices;
  std::istringstream stream(option.value);
  for (string one; std::getline(stream, one, '|');) choices.push_back(one);
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  string all;
  for (const string& c : choices) all += (all.empty() ? "" : c == choices.back() ? " or " : ", ") + c;
  bad_value(option.name, all, text);
}

std::vector<std::size_t> widths(const string& option, const string& text) {
  std::vector<std::size_t> result;
  if (text == "none") return result;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    result.push_back(whole_number(option, text.substr(begin, end - begin), 1, 65536));
    begin = end + 1;
  }
  return result;
}

// What an option does with its value: each of these puts it into one member of the settings.
using S = Settings;
using Set = std::function<void(S&, const Option&, const string&)>;

Set text(string S::*to) {
  return [=](S& s, const Option&, const string& t) { s.*to = t; };
}
Set pick(string S::*to) {
  return [=](S& s, const Option& o, const string& t) { s.*to = choice(o, t); };
}
Set flag(bool S::*to) {
  return [=](S& s, const Option&, const string&) { s.*to = true; };
}
template <class Whole>
Set whole(Whole S::*to, std::uint64_t least, std::uint64_t most = UINT64_MAX) {
  return [=](S& s, const Option& o, const string& t) { s.*to = whole_number(o.name, t, least, most); };
}
template <class Number>
Set real_number(Number S::*to, const char* range, bool (*fits)(double)) {
  return [=](S& s, const Option& o, const string& t) { s.*to = number(o.name, t, range, fits); };
}

}  // namespace

const std::vector<Option>& options() {
  constexpr const char *training = "compare train", *models = "compare train eval predict fold",
                       *every = "compare train eval predict fold show gradcheck";
  static const std::vector<Option> all = {
      {"--data", "DIR", "folder of the dataset (default data/fashion-mnist-sample)", "compare train eval predict show",
       text(&S::data)},
      {"--limit", "N", "only the first N training images, at least 2 (default all)", training, whole(&S::limit, 2)},
      {"--validation", "F", "fraction of them held out, in [0, 1) (default 0.1)", training,
       real_number(&S::validation, "a fraction in [0, 1)", is_fraction)},
      {"--seed", "N", "of all random numbers: weights, split, order, dropout (default 1)", "compare train gradcheck",
       whole(&S::seed, 0)},
      {"--threads", "N", "threads; the result is the same for any number (default: one per core)", models,
       whole(&S::threads, 1)},
      {"--epochs", "N", "passes over the training images (default 5)", training, whole(&S::epochs, 1)},
      {"--batch", "N", "images per step (eval: per test batch); 2 or more with batch normalization (default 64)",
       "compare train eval", whole(&S::batch, 1, UINT32_MAX)},
      {"--hidden", "W,W,...", "widths of the hidden layers, each from 1 to 65536, or none (default 512)", training,
       [](S& s, const Option& o, const string& t) { s.hidden = widths(o.name, t); }},
      {"--norm", "batch|none", "batch normalization after each hidden Linear, or none (default none)", "train",
       pick(&S::norm)},
      {"--activation", "relu|sigmoid|tanh", "of the hidden layers; for files that do not say theirs (default relu)",
       models, pick(&S::activation)},
      {"--dropout", "P", "probability of dropping a hidden unit, in [0, 1) (default 0)", training,
       real_number(&S::dropout, "a probability in [0, 1)", is_fraction)},
      {"--optimizer", "adam|adamw|sgd", "how gradients change weights (default adam)", training, pick(&S::optimizer)},
      {"--lr", "X", "learning rate, > 0 (default 0.001; sgd 0.1)", training,
       real_number(&S::lr, "a number > 0", is_positive)},
      {"--momentum", "X", "sgd's momentum, in [0, 1) (default 0)", training,
       real_number(&S::momentum, "a number in [0, 1)", is_fraction)},
      {"--nesterov", "", "Nesterov's form of momentum", training, flag(&S::nesterov)},
      {"--weight-decay", "X", ">= 0 (default 0; adamw 0.01)", training,
       real_number(&S::weight_decay, "a number >= 0", is_not_negative)},
      {"--adam-eps", "X", "Adam's epsilon, > 0 (default 1e-8)", training,
       real_number(&S::adam_eps, "a number > 0", is_positive)},
      {"--shuffle", "on|off", "a new order of the images each epoch, or the file's (default on)", training,
       [](S& s, const Option& o, const string& t) { s.shuffle = choice(o, t) == "on"; }},
      {"--init", "FILE", "start from this model's weights", "train", text(&S::init)},
      {"--save", "FILE", "write the model there (safetensors)", "train fold", text(&S::save)},
      {"--checkpoint", "FILE", "keep the state of the run there, at the end of each epoch and of the run", "train",
       text(&S::checkpoint)},
      {"--checkpoint-every", "STEPS", "... and after every so many steps", "train", whole(&S::checkpoint_every, 1)},
      {"--max-steps", "N", "stop after the run's step N, saving what is to be saved", "train", whole(&S::max_steps, 1)},
      {"--resume", "FILE", "go on with the run of this checkpoint", "train", text(&S::resume)},
      {"--log", "FILE.csv", "write step, epoch, loss and accuracy of every training step", "train", text(&S::log)},
      {"--out", "DIR", "folder for both models and history.csv (default build/run)", "compare", text(&S::out)},
      {"--part", "train|test", "which of the dataset's images (default test)", "predict show", pick(&S::part)},
      {"--first", "N", "number of the first image to show (default 0)", "show", whole(&S::first, 0, UINT32_MAX)},
      {"--count", "N", "how many to show (default 6)", "show", whole(&S::count, 0, UINT32_MAX)},
      {"--colours", "auto|24bit|256|none", "for images (default auto: as the terminal allows)", "predict show",
       pick(&S::colours)},
      {"--logits", "FILE.npy", "write the logits of all test images, [images, classes]", "eval", text(&S::logits)},
      {"--statistics", "running|batch", "what batch normalization normalises with (default running)", "eval",
       pick(&S::statistics)},
      {"--layer", "NAME", "only the rows that begin like that: linear, batchnorm, network ... (default all)",
       "gradcheck", text(&S::layer)},
      {"--step", "X", "step of the differences, as a part of each column's deviation (default 1e-3)", "gradcheck",
       real_number(&S::step, "a number > 0", is_positive)},
      {"--sweep", "", "draw error against step size (without --layer for batchnorm); in float, too", "gradcheck",
       flag(&S::sweep)},
      {"--quiet", "", "result lines and errors only", every, flag(&S::quiet)},
      {"--help", "", "this text", every, flag(&S::help)},
  };
  return all;
}

}  // namespace bnlab
