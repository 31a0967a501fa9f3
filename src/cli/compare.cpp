// bnlab compare: the main command.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/comparison.hpp"
#include "bnlab/cli/options.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/progress.hpp"
#include "bnlab/cli/question.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/seeds.hpp"
#include "bnlab/cli/signals.hpp"
#include "bnlab/cli/standard_streams.hpp"
#include "bnlab/cli/watched.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

// What both pairs of runs share.
struct Setup {
  const DatasetPair& data;
  const Split& split;
  ThreadPool& threads;
  const Terminal& terminal;
};

// The network of that number in the pair, 0 or 1. `watching`: null where nothing is watched.
Run run_network(RunSettings settings, std::size_t number, const std::string& norm, const Setup& experiment,
                Watching* watching) {
  settings.architecture.norm = norm;
  Run run(settings, &experiment.threads);
  run.training.stopped = interrupt_signal() != 0;
  if (run.training.stopped) return run;
  const Terminal& terminal = experiment.terminal;
  TrainObserver observer = show_progress(terminal, model_name(settings.architecture), settings.training.epochs);
  if (watching != nullptr) observer = watch_too(observer, run.network, watching->watch, watching->seen[number]);
  run.train(experiment.split, observer);
  run.test_at_the_end(experiment.data.test);
  if (run.diverged()) {
    terminal.clear_line();
    terminal.print("  %s\n", describe_divergence(run).c_str());
  }
  return run;
}

RunPair run_pair(const Settings& settings, const Setup& experiment, Watching* watching = nullptr) {
  const RunSettings run = settings.run_settings(experiment.data.train);
  // Braced initialization guarantees this order.
  return {run_network(run, 0, settings.norms[0], experiment, watching),
          run_network(run, 1, settings.norms[1], experiment, watching)};
}

// The files of a comparison in its folder.
std::string model_path(const std::string& folder, const Architecture& architecture) {
  return folder + "/" + model_name(architecture) + ".safetensors";
}
std::string history_path(const std::string& folder) { return folder + "/history.csv"; }

std::vector<std::string> result_paths(const Settings& settings) {
  const std::string& folder = settings.out;
  std::vector<std::string> paths = {history_path(folder), question_path(folder)};
  if (settings.seeds > 1) paths.push_back(seeds_path(folder));
  for (const std::string& norm : settings.norms) {
    Architecture architecture = settings.architecture;
    architecture.norm = norm;
    paths.push_back(model_path(folder, architecture));
  }
  return paths;
}

// Both models, history.csv, and settings.txt last: where writing fails on the way, results of two runs may be mixed in
// the folder, and then it has none. Of a run that diverged there is no model: an older run's could be mistaken for it.
void write_results(const Settings& settings, const DatasetPair& data, const Question& question, RunPair& pair,
                   const std::vector<SeedPair>& seeds) {
  const std::string& folder = settings.out;
  remove_file(question_path(folder));
  for (Run& run : pair) {
    const Architecture& architecture = run.settings.architecture;
    const std::string path = model_path(folder, architecture);
    if (run.diverged()) {
      remove_file(path);
    } else {
      save_model(path, run.network, metadata_of(describe_model(architecture, data, run.settings.training.seed)));
    }
  }
  write_file(history_path(folder), history_csv(pair));
  if (settings.seeds > 1) write_file(seeds_path(folder), seeds_csv(pair, seeds));
  write_file(question_path(folder), question.text());
}

// "784-512-10 relu: 407,050 parameters, 408,074 with batch normalization"
std::string describe_networks(const Settings& settings, const Dataset& images) {
  Architecture first = settings.run_settings(images).architecture;
  Architecture second = first;
  first.norm = settings.norms[0];
  second.norm = settings.norms[1];
  return format("%s: %s parameters, %s with %s", first.describe().c_str(), grouped(first.parameter_count()).c_str(),
                grouped(second.parameter_count()).c_str(), second.describe_norm().c_str());
}

// Said before training, while it can still be stopped.
std::string describe_replacement(const std::string& folder) {
  return wrapped("The results of other settings or images in " + shown_path(folder) +
                     " will be replaced. Ctrl-C now keeps them; another --out keeps both.",
                 "  ");
}

// The case that needs normalization: deep, with activations that saturate, and an optimizer that scales all gradients
// alike.
Settings deep_sigmoid_settings(const Settings& settings) {
  Settings deep = settings;
  deep.architecture.hidden = {100, 100, 100};
  deep.architecture.activation = "sigmoid";
  deep.optimizer.name = "sgd";
  return deep;
}

// The command line that asks for these settings, the results in that folder: what differs from `base`, and what was
// given. Not --watch, whose file is that of `base`. A default that depends on other settings (it has a text of its own) follows from them here, too.
std::string command_of(const Settings& settings, const Settings& base, const std::string& folder) {
  std::string differing;
  std::string given;
  for (const Option& option : options()) {
    const bool is_watch = option.name.starts_with("--watch");
    if (option.name == "--out" || is_watch || !option.belongs_to(settings.command)) continue;
    const std::string value = option.value.print(settings);
    const std::string word = " " + option.name + (option.is_flag() ? "" : " " + shell_word(value));
    if (settings.was_given({option.name.c_str()})) {
      given += word;
    } else if (option.default_text.empty() && value != option.value.print(base)) {
      differing += word;
    }
  }
  return "build/bnlab " + settings.command + differing + given + " --out " + shell_word(folder);
}

// Whether an option describes the network or its optimizer, and not only what any run has.
bool describes_network(const Settings& settings) {
  const std::vector<std::string> of_any_run = {"--classes", "--transpose", "--limit", "--validation", "--pixels",
                                               "--seed",    "--epochs",    "--batch", "--shuffle"};
  return std::any_of(options().begin(), options().end(), [&](const Option& option) {
    const bool is_own = std::find(of_any_run.begin(), of_any_run.end(), option.name) == of_any_run.end();
    return is_own && !option.saved.empty() && settings.was_given({option.name.c_str()});
  });
}

// Otherwise as requested, by a command whose options say nothing of the network.
RunPair show_deep_sigmoid(const Settings& settings, const Setup& experiment) {
  const Settings deep = deep_sigmoid_settings(settings);
  const RunSettings run = deep.run_settings(experiment.data.train);
  const Terminal& terminal = experiment.terminal;
  const std::string layers = joined(deep.architecture.hidden, "-");
  const bool one_is_plain = !is_normalised(deep.norms[0]) || !is_normalised(deep.norms[1]);
  terminal.print("\n%s: %s %s layers, %s\n\n", one_is_plain ? "A network that needs it" : "A deep network",
                 layers.c_str(), run.architecture.activation.c_str(), run.optimizer.describe().c_str());
  RunPair pair = run_pair(deep, experiment);
  if (interrupt_signal() != 0) {
    terminal.clear_line();
    terminal.print("\n  Stopped early.\n");
    return pair;
  }
  terminal.print("\n%s\n%s", loss_chart(pair, terminal).c_str(), verdict(pair).c_str());
  terminal.print("  Alone, with table and files: %s\n", command_of(deep, settings, settings.out + "-deep").c_str());
  return pair;
}

// "Models and history.csv are in build/run.", or what of them.
std::string describe_results(const RunPair& pair, const std::string& folder) {
  const std::string in = " in " + shown_path(folder) + ".";
  if (pair[0].finished() && pair[1].finished()) return "Models and history.csv are" + in;
  for (const Run& run : pair) {
    if (run.finished())
      return std::string(model_name(run.settings.architecture)) + ".safetensors and history.csv are" + in;
  }
  return "No model, as both diverged; history.csv is" + in;
}

// Table, chart and verdict, and where the files are.
void report_comparison(const RunPair& pair, const SeedResults& seeds, const Settings& settings, bool stopped,
                       const Terminal& terminal) {
  if (stopped) terminal.clear_line();
  terminal.print("\n%s\n%s\n", epoch_table(pair).c_str(), loss_chart(pair, terminal).c_str());
  terminal.print("%s", verdict(pair, settings.seeds).c_str());
  if (seeds.pairs.size() > 1) terminal.print("\n%s\n", seeds_table(pair, seeds.pairs).c_str());
  if (stopped) {
    terminal.print("  Stopped early; nothing was written to %s.\n", shown_path(settings.out).c_str());
  } else {
    terminal.print("  %s\n", describe_results(pair, settings.out).c_str());
    if (settings.seeds > 1) terminal.print("  They are the first seed's; seeds.csv there has a row for each run.\n");
  }
}

// Writes what was watched, of runs that were stopped or diverged too, and draws some of it.
void report_watching(const RunPair& pair, const Watching& watching, const Settings& settings,
                     const Terminal& terminal) {
  write_file(settings.watch, watched_csv(pair, watching.seen));
  terminal.print("\n%s", watch_charts(pair, watching.seen, terminal).c_str());
  terminal.print("  The watched layers are in %s.\n", shown_path(settings.watch).c_str());
}

// Where the reason for what was seen is explained.
std::string where_to_read_on(const std::vector<std::string>& norms) {
  const bool batch = std::find(norms.begin(), norms.end(), "batch") != norms.end();
  if (batch) return "Read on: docs/batchnorm.md, section 1 (Why).";
  const std::string& norm = is_normalised(norms[0]) ? norms[0] : norms[1];
  return std::string("Read on: src/nn/") + norm_kind(norm).model + ".cpp.";
}

// What each pair showed, and what it means; over several seeds, what these showed.
std::vector<std::string> findings_of(const RunPair& pair, const std::optional<RunPair>& deep,
                                     const SeedResults& seeds) {
  if (seeds.pairs.size() > 1) return {finding_over_seeds(pair, seeds.pairs), meaning_over_seeds(pair, seeds.pairs)};
  if (deep) return {finding(pair), finding(*deep), meaning(pair, *deep)};
  return {finding(pair), meaning(pair)};
}

// The last words, after the result lines, and where to read on.
void print_in_short(const std::vector<std::string>& findings, const Settings& settings, const DatasetPair& data,
                    bool cut_short, const Terminal& terminal) {
  const TrainSettings& training = settings.training;
  terminal.print(
      "\n%s\n",
      wrapped(format("In short (%s, %s, the %s test images of %s):", counted(training.epochs, "epoch").c_str(),
                     (seeds_text(training.seed, settings.seeds) + (cut_short ? ", stopped early" : "")).c_str(),
                     grouped(data.test.count()).c_str(), data.name.c_str()),
              "  ")
          .c_str());
  for (const std::string& sentence : findings) terminal.print("%s", wrapped(sentence, "  ").c_str());
  terminal.print("%s", wrapped(where_to_read_on(settings.norms), "  ").c_str());
}

void print_result_lines(const SeedResults& seeds, const DatasetPair& data, const RunPair& names) {
  for (const std::string& line : seeds.result_lines) print_result_line("%s", line.c_str());
  const std::string over_seeds = seeds_line(data.name, names, seeds.pairs);
  if (!over_seeds.empty()) print_result_line("%s", over_seeds.c_str());
  flush_output();
}

}  // namespace

int compare_command(const Settings& command_line, const Terminal& terminal) {
  DatasetPair data = load_datasets(command_line.data, command_line.dataset);
  Settings settings = command_line;
  const Question question(settings, data);
  if (settings.out.empty()) settings.out = question.folder();
  make_writable_folder(settings.out);
  check_outputs(settings, data.files, result_paths(settings));
  const bool replaces_others = question.is_not_that_of(settings.out);
  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.training.seed);
  set_scale(data, pixel_scale(settings.pixels, split.train));
  ThreadPool threads(settings.threads);
  const Setup experiment{.data = data, .split = split, .threads = threads, .terminal = terminal};

  terminal.print("%s The same network twice, from the same weights, on the same batches.\n\n%s%s\n",
                 comparison_question(settings.norms[0], settings.norms[1]).c_str(),
                 describe_run(data, split, describe_networks(settings, data.train), settings.run_settings(data.train),
                              threads.size(), settings.seeds)
                     .c_str(),
                 describe_inputs(data.train.scale).c_str());
  if (replaces_others) terminal.print("%s\n", describe_replacement(settings.out).c_str());
  install_signal_handlers();
  std::optional<Watching> watching;
  if (!settings.watch.empty()) {
    watching = Watching{.watch = make_watch(split.train, settings.training, settings.watch_every, &threads)};
  }
  RunPair pair = run_pair(settings, experiment, watching ? &*watching : nullptr);
  const SeedResults seeds = run_seeds(pair, settings, data, threads, terminal);
  const bool stopped = seeds.pairs.size() < settings.seeds;
  if (!stopped) {
    if (replaces_others) remove_file(seeds_path(settings.out));
    write_results(settings, data, question, pair, seeds.pairs);
  }
  report_comparison(pair, seeds, settings, stopped, terminal);
  if (replaces_others && !stopped)
    terminal.print("  They replace results of other settings or images that were there.\n");
  if (watching) report_watching(pair, *watching, settings, terminal);

  const bool one_seed = settings.seeds == 1;  // of several, it would take as long again
  const bool shows_second_pair = one_seed && !describes_network(settings) && !settings.quiet && interrupt_signal() == 0;
  std::optional<RunPair> deep;
  if (shows_second_pair) deep.emplace(show_deep_sigmoid(settings, experiment));

  terminal.print("\n");
  print_result_lines(seeds, data, pair);
  const bool cut_short = !one_seed && stopped;
  print_in_short(findings_of(pair, deep, seeds), settings, data, cut_short, terminal);
  if (interrupt_signal() != 0) return 128 + interrupt_signal();
  return seeds.all_diverged() ? 1 : 0;
}

}  // namespace bnlab
