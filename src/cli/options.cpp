#include "bnlab/cli/options.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "bnlab/core/error.hpp"

namespace bnlab {

void usage(const std::string& message) { throw UsageError(message + " (see bnlab --help)"); }

namespace {

using std::string;

[[noreturn]] void bad_value(const string& option, const char* expected, const string& found) {
  usage(option + ": expected " + expected + format(", found '%s'", found.c_str()));
}

std::uint64_t whole_number(const string& option, const string& text, std::uint64_t least, std::uint64_t most) {
  const string range = most == UINT64_MAX
                           ? format("a whole number >= %llu", static_cast<unsigned long long>(least))
                           : format("whole numbers from %llu to %llu", static_cast<unsigned long long>(least),
                                    static_cast<unsigned long long>(most));
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == string::npos;
  errno = 0;
  const unsigned long long value = digits ? std::strtoull(text.c_str(), nullptr, 10) : 0;
  if (!digits || errno != 0 || value < least || value > most) bad_value(option, range.c_str(), text);
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

string choice(const string& option, const string& text, const std::vector<string>& choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  string all;
  for (const string& c : choices) all += (all.empty() ? "" : c == choices.back() ? " or " : ", ") + c;
  bad_value(option, all.c_str(), text);
}

std::vector<std::size_t> widths(const string& option, const string& text) {
  std::vector<std::size_t> result;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    result.push_back(whole_number(option, text.substr(begin, end - begin), 1, 65536));
    begin = end + 1;
  }
  return result;
}

}  // namespace

const std::vector<Option>& options() {
  using S = Settings;
  static const std::vector<Option> all = {
      {"--data", "DIR", "folder of the dataset (default data/fashion-mnist-sample)", "compare train eval",
       [](S& s, const string&, const string& t) { s.data = t; }},
      {"--limit", "N", "only the first N training images, at least 2 (default all)", "compare train",
       [](S& s, const string& o, const string& t) { s.limit = whole_number(o, t, 2, UINT64_MAX); }},
      {"--validation", "F", "fraction of them held out, in [0, 1) (default 0.1)", "compare train",
       [](S& s, const string& o, const string& t) {
         s.validation = number(o, t, "a fraction in [0, 1)", is_fraction);
       }},
      {"--seed", "N", "of weights, split, order and dropout (default 1)", "compare train gradcheck",
       [](S& s, const string& o, const string& t) { s.seed = whole_number(o, t, 0, UINT64_MAX); }},
      {"--threads", "N", "threads; the result is the same for any number (default: one per core)", "compare train eval",
       [](S& s, const string& o, const string& t) { s.threads = whole_number(o, t, 1, UINT64_MAX); }},
      {"--epochs", "N", "passes over the training images (default 5)", "compare train",
       [](S& s, const string& o, const string& t) { s.epochs = whole_number(o, t, 1, UINT64_MAX); }},
      {"--batch", "N", "images per training step; 2 or more with batch normalization (default 64)", "compare train",
       [](S& s, const string& o, const string& t) { s.batch = whole_number(o, t, 1, UINT32_MAX); }},
      {"--hidden", "W,W,...", "widths of the hidden layers, each from 1 to 65536 (default 512)", "compare train",
       [](S& s, const string& o, const string& t) { s.hidden = widths(o, t); }},
      {"--norm", "batch|none", "batch normalization after each hidden Linear, or none (default none)", "train",
       [](S& s, const string& o, const string& t) {
         s.norm = choice(o, t, {"batch", "none"});
       }},
      {"--activation", "relu|sigmoid|tanh", "of the hidden layers (default relu)", "compare train eval",
       [](S& s, const string& o, const string& t) {
         s.activation = choice(o, t, {"relu", "sigmoid", "tanh"});
       }},
      {"--dropout", "P", "probability of dropping a hidden unit, in [0, 1) (default 0)", "compare train",
       [](S& s, const string& o, const string& t) {
         s.dropout = number(o, t, "a probability in [0, 1)", is_fraction);
       }},
      {"--optimizer", "adam|adamw|sgd", "how gradients change weights (default adam)", "compare train",
       [](S& s, const string& o, const string& t) {
         s.optimizer = choice(o, t, {"adam", "adamw", "sgd"});
       }},
      {"--lr", "X", "learning rate, > 0 (default 0.001; sgd 0.1)", "compare train",
       [](S& s, const string& o, const string& t) { s.lr = number(o, t, "a number > 0", is_positive); }},
      {"--momentum", "X", "sgd's momentum, in [0, 1) (default 0)", "compare train",
       [](S& s, const string& o, const string& t) { s.momentum = number(o, t, "a number in [0, 1)", is_fraction); }},
      {"--nesterov", "", "Nesterov's form of momentum", "compare train",
       [](S& s, const string&, const string&) { s.nesterov = true; }},
      {"--weight-decay", "X", ">= 0 (default 0; adamw 0.01)", "compare train",
       [](S& s, const string& o, const string& t) { s.weight_decay = number(o, t, "a number >= 0", is_not_negative); }},
      {"--adam-eps", "X", "Adam's epsilon, > 0 (default 1e-8)", "compare train",
       [](S& s, const string& o, const string& t) { s.adam_eps = number(o, t, "a number > 0", is_positive); }},
      {"--shuffle", "on|off", "a new order of the images each epoch, or the file's (default on)", "compare train",
       [](S& s, const string& o, const string& t) {
         s.shuffle = choice(o, t, {"on", "off"}) == "on";
       }},
      {"--init", "FILE", "start from this model's weights", "train",
       [](S& s, const string&, const string& t) { s.init = t; }},
      {"--save", "FILE", "write the trained model (safetensors); without it nothing is written", "train",
       [](S& s, const string&, const string& t) { s.save = t; }},
      {"--log", "FILE.csv", "write step, epoch, loss and accuracy of every training step", "train",
       [](S& s, const string&, const string& t) { s.log = t; }},
      {"--out", "DIR", "folder for both models and history.csv (default build/run)", "compare",
       [](S& s, const string&, const string& t) { s.out = t; }},
      {"--layer", "NAME", "check only this row of the table: linear, batchnorm, network ... (default all)", "gradcheck",
       [](S& s, const string&, const string& t) { s.layer = t; }},
      {"--step", "X", "step of the differences, as a part of each tensor's size (default 1e-5)", "gradcheck",
       [](S& s, const string& o, const string& t) { s.step = number(o, t, "a number > 0", is_positive); }},
      {"--quiet", "", "result lines and errors only", "compare train eval gradcheck",
       [](S& s, const string&, const string&) { s.quiet = true; }},
      {"--help", "", "this text", "compare train eval gradcheck",
       [](S& s, const string&, const string&) { s.help = true; }},
  };
  return all;
}

}  // namespace bnlab
