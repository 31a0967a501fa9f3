#include "bnlab/cli/settings.hpp"

#include <algorithm>

#include "bnlab/cli/options.hpp"
#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

using std::string;

struct Command {
  const char *name, *arguments, *summary, *about, *example;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"compare", "", "train the same network without and with batch normalization, and compare",
       "Both networks start from the same weights and see the same images in the same order. Writes "
       "plain.safetensors,\n"
       "batchnorm.safetensors and history.csv to --out. Without options that describe the network or its "
       "training, a second\n"
       "pair, deep and with sigmoids, shows a case that needs batch normalization.",
       "bnlab compare --hidden 100,100,100 --activation sigmoid --optimizer sgd --epochs 10"},
      {"train", "", "train one network", "Ends with status 1 if the loss stops being a finite number.",
       "bnlab train --norm batch --epochs 10 --save build/model.safetensors --log build/steps.csv"},
      {"eval", "MODEL", "test a saved model on a dataset's test images",
       "MODEL is a safetensors file from bnlab or PyTorch (tensors fc1.weight, fc1.bias, bn1.weight, ...). "
       "--activation is for\n"
       "files that do not say theirs.",
       "bnlab eval build/run/batchnorm.safetensors"},
      {"gradcheck", "", "check every backward pass against finite differences",
       "Needs the double precision build: make gradcheck, or make PRECISION=double and build/double/bnlab "
       "gradcheck.\n"
       "Ends with status 1 if any gradient is wrong.",
       "build/double/bnlab gradcheck --layer batchnorm"},
  };
  return all;
}

const Command* find_command(const string& name) {
  for (const Command& c : commands()) {
    if (name == c.name) return &c;
  }
  return nullptr;
}

bool knows(const Option& option, const string& command) {
  return string(option.commands).find(command) != string::npos;
}

// Levenshtein: how many letters must be changed, put in or left out to make b of a.
std::size_t distance(const string& a, const string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

string nearest(const string& word, const std::vector<string>& known) {
  return *std::min_element(known.begin(), known.end(),
                           [&](const string& a, const string& b) { return distance(word, a) < distance(word, b); });
}

const Option& find_option(const string& name, const string& command) {
  std::vector<string> known;
  for (const Option& o : options()) {
    if (!knows(o, command)) continue;
    if (name == o.name) return o;
    known.push_back(o.name);
  }
  for (const Option& o : options()) {
    if (name == o.name) usage(name + ": not an option of " + command + ", but of: " + o.commands);
  }
  usage(format("unknown option '%s'; did you mean %s?", name.c_str(), nearest(name, known).c_str()));
}

// Combinations that make no sense together.
void check(const Settings& s) {
  const bool sgd = s.optimizer == "sgd";
  for (const char* option : {"--momentum", "--nesterov"}) {
    if (s.was_given(option) && !sgd)
      usage(format("%s: expected --optimizer sgd with it, found %s", option, s.optimizer.c_str()));
  }
  if (s.was_given("--adam-eps") && sgd) usage("--adam-eps: expected --optimizer adam or adamw with it, found sgd");
  if (s.nesterov && s.momentum == 0) usage("--nesterov: expected a --momentum above 0 with it, found 0");
  if (s.batch < 2 && (s.command == "compare" || s.norm == "batch")) {
    usage(format("--batch: expected 2 or more with batch normalization, found %zu", s.batch));
  }
  if (!s.init.empty()) {
    for (const char* option : {"--hidden", "--norm", "--dropout"}) {
      if (s.was_given(option))
        usage(format("%s: the network is that of --init %s; leave one of the two out", option, s.init.c_str()));
    }
  }
  if (s.command == "eval" && s.model.empty() && !s.help)
    usage("eval: expected a model's file, as in: bnlab eval build/run/batchnorm.safetensors");
}

}  // namespace

bool Settings::was_given(const string& option) const {
  return std::find(given.begin(), given.end(), option) != given.end();
}

RunSettings Settings::run_settings(const Dataset& dataset) const {
  RunSettings run;
  run.architecture = {dataset.features(), hidden, dataset.classes, activation, norm == "batch", dropout};
  run.optimizer = {optimizer, lr.value_or(optimizer == "sgd" ? 0.1 : 1e-3),           momentum,
                   nesterov,  weight_decay.value_or(optimizer == "adamw" ? 0.01 : 0), adam_eps};
  run.training = {epochs, batch, seed, shuffle};
  return run;
}

Settings parse_command_line(const std::vector<string>& words) {
  Settings settings;
  if (words.empty()) usage("expected a command: compare, train, eval or gradcheck");
  settings.command = words[0];
  if (settings.command == "--help" || settings.command == "-h" || settings.command == "help") {
    settings.command = words.size() > 1 && find_command(words[1]) ? words[1] : "";
    settings.help = true;
    return settings;
  }
  if (!find_command(settings.command)) {
    std::vector<string> known;
    for (const Command& c : commands()) known.push_back(c.name);
    usage(format("unknown command '%s'; did you mean %s?", settings.command.c_str(),
                 nearest(settings.command, known).c_str()));
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const string& word = words[i];
    if (word == "-h") {
      settings.help = true;
      continue;
    }
    if (!word.starts_with("-")) {
      if (settings.command != "eval" || !settings.model.empty()) usage(format("unexpected word '%s'", word.c_str()));
      settings.model = word;
      continue;
    }
    const std::size_t equals = word.find('=');
    const string name = word.substr(0, equals);
    const Option& option = find_option(name, settings.command);
    string value;
    if (*option.value == '\0') {
      if (equals != string::npos) usage(name + ": expected no value, found '" + word.substr(equals + 1) + "'");
    } else if (equals != string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      value = words[++i];
    } else {
      usage(name + ": expected a value (" + option.value + ") after it");
    }
    if (*option.value != '\0' && value.empty())
      usage(name + ": expected a value (" + option.value + "), found an empty one");
    option.set(settings, name, value);
    settings.given.push_back(name);
  }
  check(settings);
  return settings;
}

string help_text(const string& name) {
  const Command* command = find_command(name);
  if (command == nullptr) {
    string text = "bnlab: what does batch normalization do to the training of a feed-forward network?\n\nCommands:\n";
    for (const Command& c : commands()) text += format("  %-10s %s\n", c.name, c.summary);
    return text + "\nbnlab COMMAND --help says more. Start with: bnlab compare\n";
  }
  string text = format("bnlab %s%s%s [options]: %s\n\n%s\n\nOptions:\n", command->name, *command->arguments ? " " : "",
                       command->arguments, command->summary, command->about);
  for (const Option& o : options()) {
    if (!knows(o, name)) continue;
    text += format("  %-30s %s\n", (string(o.name) + (*o.value ? " " : "") + o.value).c_str(), o.help);
  }
  return text + format("\nExample:\n  %s\n", command->example);
}

}  // namespace bnlab
