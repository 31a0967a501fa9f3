#include <cstdlib>
#include <sstream>

#include "bnlab/cli/commands.hpp"

namespace bnlab {
namespace {

using std::string;

struct Command {
  const char *name, *arguments, *summary, *about, *example;
  CommandFunction* run;
};

constexpr Command kCommands[] = {
    {"compare", "", "train the same network without and with batch normalization, and compare",
     R"(Both networks start from the same weights and see the same images in the same order. Writes plain.safetensors,
batchnorm.safetensors and history.csv to --out. Without options that describe the network or its training, a
second pair, deep and with sigmoids, shows a case that needs batch normalization.)",
     "bnlab compare --hidden 100,100,100 --activation sigmoid --optimizer sgd --epochs 10", compare_command},
    {"train", "", "train one network; checkpoints, resume",
     R"(Ends with status 1 if the loss stops being a finite number. Ctrl-C ends it after the step at hand, saves what is
to be saved and says how to go on; a second Ctrl-C ends it at once. A run that is resumed ends with the same
bytes as one that was never stopped. What it computes is taken from the checkpoint; --data, the names of files and
how often to save are to be said again, and more --epochs may be given.)",
     "bnlab train --norm batch --save build/model.safetensors --checkpoint build/checkpoint.safetensors",
     train_command},
    {"eval", "MODEL", "a saved model on a dataset's test images: accuracy by class, confusion",
     R"(MODEL is a safetensors file from bnlab or PyTorch (tensors fc1.weight, fc1.bias, bn1.weight, ...). --activation
is for files that do not say theirs. --statistics batch normalises as in training, with each test batch's own
mean and variance, to show what goes wrong then.)",
     "bnlab eval build/run/batchnorm.safetensors", eval_command},
    {"predict", "MODEL IMAGE...", "a saved model on single images: the image, the probabilities",
     R"(IMAGE is the number of an image in the dataset (--part test or train, from 0), or a PGM or PPM file of any size.
For a model of MNIST a file is prepared as MNIST's digits were; for others it is resized to fit.)",
     "bnlab predict build/run/batchnorm.safetensors 0 1 2", predict_command},
    {"fold", "MODEL", "fold batch normalization into the Linear before it",
     "Writes a plain model that computes the same in evaluation mode (docs/batchnorm.md, BN.11 and BN.12).",
     "bnlab fold build/run/batchnorm.safetensors --save build/folded.safetensors", fold_command},
    {"show", "", "look at a dataset: images, labels, class balance", "In colours where the terminal has them.",
     "bnlab show --part train --first 100 --count 10", show_command},
    {"gradcheck", "", "check every backward pass against finite differences",
     R"(Needs the double precision build: make gradcheck, or make PRECISION=double and build/double/bnlab gradcheck.
Ends with status 1 if any gradient is wrong.)",
     "build/double/bnlab gradcheck --layer batchnorm", gradcheck_command},
    {"bench", "gemm|epoch|layers", "speed, beside what this machine can do at most",
     R"(gemm: the three products of a layer and two larger ones. epoch: seconds of training per pass over the images,
the median of 3, and where they go. layers: forward and backward of each part of a step. First the machine's own
limits are measured: multiply-adds in registers, and copying outside the caches. Adam is the optimizer.)",
     "bnlab bench epoch --norm batch --threads 1", bench_command},
};

const Command* find_command(const string& name) {
  for (const Command& c : kCommands) {
    if (name == c.name) return &c;
  }
  return nullptr;
}

bool knows(const Option& o, const string& command) { return string(o.commands).find(command) != string::npos; }

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

// "; did you mean --epochs?", or nothing where no known word is near.
string nearest(const string& word, const std::vector<string>& known) {
  const string best = *std::min_element(known.begin(), known.end(), [&](const string& a, const string& b) {
    return distance(word, a) < distance(word, b);
  });
  return distance(word, best) <= best.size() / 2 ? "; did you mean " + best + "?" : "";
}

const Option& find_option(const string& name, const string& command) {
  std::vector<string> known;
  for (const Option& o : options()) {
    if (knows(o, command)) known.push_back(o.name);
    if (name != o.name) continue;
    if (!knows(o, command)) usage(name + ": not an option of " + command + ", but of: " + o.commands);
    return o;
  }
  usage(format("unknown option '%s'%s", name.c_str(), nearest(name, known).c_str()));
}

// Combinations that make no sense together.
void check(const Settings& s) {
  const auto need = [&](const char* option, bool good, const string& what) {
    if (s.was_given({option}) && !good) usage(string(option) + ": expected " + what);
  };
  const bool sgd = s.optimizer == "sgd", comparing = s.command == "compare", normalising = s.norm == "batch";
  need("--momentum", sgd, "--optimizer sgd with it, found " + s.optimizer);
  need("--nesterov", sgd, "--optimizer sgd with it, found " + s.optimizer);
  need("--adam-eps", !sgd, "--optimizer adam or adamw with it, found sgd");
  need("--nesterov", s.momentum > 0, "a --momentum above 0 with it, found 0");
  need("--batch", s.batch >= 2 || !(comparing || normalising), "2 or more with batch normalization, found 1");
  need("--sweep", !s.was_given({"--step"}), "no --step with it, as it tries them all");
  need("--checkpoint-every", !s.checkpoint.empty(), "--checkpoint FILE with it");
  for (const auto& [a, b] : {std::pair{s.checkpoint, s.save}, {s.checkpoint, s.log}, {s.log, s.save}}) {
    const auto full = [](const string& path) { return std::filesystem::absolute(path).lexically_normal(); };
    if (!a.empty() && !b.empty() && full(a) == full(b)) usage(a + ": expected another file for each purpose");
  }
  need("--norm", !normalising || !s.hidden.empty(), "a hidden layer to normalise, found none");
  need("--hidden", !comparing || !s.hidden.empty(), "a hidden layer to normalise, found none");
  need("--batch", s.command != "eval" || s.statistics == "batch", "--statistics batch with it");
  for (const char* option : {"--hidden", "--norm", "--dropout"}) {
    if (!s.init.empty() && s.resume.empty() && s.was_given({option}))
      usage(format("%s: the network is that of --init %s; leave one of the two out", option, s.init.c_str()));
  }
  const Command& command = *find_command(s.command);
  const std::size_t words = pieces(command.arguments, ' ').size();  // "MODEL IMAGE...": two or more
  if (s.files.size() > words && !string(command.arguments).ends_with("..."))
    usage(format("unexpected word '%s'", s.files[words].c_str()));
  if (s.help) return;
  if (s.files.size() < words)
    usage(format("%s: expected %s, as in: %s", command.name, command.arguments, command.example));
  if (s.command == "fold" && s.save.empty()) usage("fold: expected --save FILE, for the folded model");
}

string help_text(const string& name) {
  const Command* command = find_command(name);
  if (command == nullptr) {
    string text = "bnlab: what does batch normalization do to the training of a feed-forward network?\n\nCommands:\n";
    for (const Command& c : kCommands) text += format("  %-10s %s\n", c.name, c.summary);
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

}  // namespace

bool Settings::was_given(std::initializer_list<const char*> any_of_these) const {
  return std::find_first_of(given.begin(), given.end(), any_of_these.begin(), any_of_these.end()) != given.end();
}

RunSettings Settings::run_settings(const Dataset& dataset) const {
  RunSettings run;
  run.architecture = {.inputs = dataset.features(),
                      .hidden = hidden,
                      .classes = dataset.classes,
                      .activation = activation,
                      .norm = norm,
                      .dropout = dropout};
  const OptimizerKind& kind = optimizer_kind(optimizer);
  run.optimizer = {.name = optimizer,
                   .lr = lr.value_or(kind.lr),
                   .momentum = momentum,
                   .nesterov = nesterov,
                   .weight_decay = weight_decay.value_or(kind.weight_decay),
                   .adam_eps = adam_eps};
  run.training = {epochs, batch, seed, shuffle == "on"};
  return run;
}

// The shortest decimal that is read back as the same number.
static string shortest(double x) {
  for (int digits = 6;; ++digits) {
    const string text = format("%.*g", digits, x);
    if (digits == 17 || std::strtod(text.c_str(), nullptr) == x) return text;
  }
}

std::vector<string> Settings::run_options() const {
  const OptimizerSettings o = run_settings({}).optimizer;
  std::ostringstream all;
  all << "--validation=" << shortest(validation) << " --seed=" << seed << " --epochs=" << epochs << " --batch=" << batch
      << " --hidden=" << (hidden.empty() ? "none" : joined(hidden, ",")) << " --norm=" << norm
      << " --activation=" << activation << " --dropout=" << shortest(dropout) << " --optimizer=" << o.name
      << " --lr=" << shortest(o.lr) << " --weight-decay=" << shortest(o.weight_decay) << " --shuffle=" << shuffle
      << (o.name == "sgd" ? " --momentum=" + shortest(momentum) : " --adam-eps=" + shortest(adam_eps));
  if (nesterov) all << " --nesterov";
  if (limit > 0) all << " --limit=" << limit;
  return pieces(all.str(), ' ');
}

Settings resumed(const Settings& settings, const string& run_options) {
  const std::vector<string> theirs = pieces(run_options, ' ');
  std::vector<string> words = pieces("train " + run_options, ' ');
  try {  // nothing but a run's options, so that a file cannot say what is to be written where
    if (parse_command_line(words).run_options() != theirs) throw UsageError("");
  } catch (const UsageError&) {
    fail("%s: damaged: its options are not those of a run", settings.resume.c_str());
  }
  words.insert(words.end(), settings.words.begin(), settings.words.end());
  Settings both = parse_command_line(words);
  for (const string& mine : both.run_options()) {
    if (mine.starts_with("--epochs=") || std::count(theirs.begin(), theirs.end(), mine) > 0) continue;
    const string name = mine.substr(0, mine.find('='));
    const auto was = std::find_if(theirs.begin(), theirs.end(), [&](const string& t) { return t.starts_with(name); });
    usage(format("%s: the run of --resume %s has %s; leave it out, or begin another run with --init", mine.c_str(),
                 settings.resume.c_str(), was == theirs.end() ? "none" : was->c_str()));
  }
  check(both);
  return both;
}

Settings parse_command_line(const std::vector<string>& words) {
  Settings settings;
  if (words.empty()) usage("expected a command, such as compare");
  settings.command = words[0];
  if (settings.command == "--help" || settings.command == "-h" || settings.command == "help") {
    settings.command = words.size() > 1 && find_command(words[1]) ? words[1] : "";
    settings.help = true;
    return settings;
  }
  if (!find_command(settings.command)) {
    std::vector<string> known;
    for (const Command& c : kCommands) known.push_back(c.name);
    usage(format("unknown command '%s'%s", settings.command.c_str(), nearest(settings.command, known).c_str()));
  }
  settings.words.assign(words.begin() + 1, words.end());
  for (std::size_t i = 1; i < words.size(); ++i) {
    const string word = words[i] == "-h" ? "--help" : words[i];
    if (!word.starts_with("-")) {
      settings.files.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const string name = word.substr(0, equals);
    const Option& option = find_option(name, settings.command);
    const bool takes_value = *option.value != '\0', has_value = equals != string::npos;
    string value = has_value ? word.substr(equals + 1) : "";
    if (!takes_value && has_value) usage(name + ": expected no value, found '" + value + "'");
    if (takes_value) {
      const string expected = name + ": expected a value (" + option.value + ")";
      if (!has_value && (i + 1 == words.size() || words[i + 1].starts_with("--"))) usage(expected + " after it");
      if (!has_value) value = words[++i];
      if (value.empty()) usage(expected + ", found an empty one");
    }
    option.set(settings, option, value);
    settings.given.push_back(name);
  }
  if (settings.resume.empty()) check(settings);  // resumed() does: the checkpoint has options, too
  return settings;
}

int run_command(const Settings& settings) {
  if (!settings.help) return find_command(settings.command)->run(settings, Terminal::detect(settings.quiet));
  std::fputs(help_text(settings.command).c_str(), stdout);
  return 0;
}

}  // namespace bnlab
