// bnlab experiment: claims about batch normalization, tried.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <set>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/experiment_report.hpp"
#include "bnlab/cli/options.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/signals.hpp"
#include "bnlab/cli/text.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/lab/trials/experiments.hpp"
#include "bnlab/lab/trials/own_program.hpp"
#include "bnlab/lab/trials/runner.hpp"

namespace bnlab {
namespace {

Size size_of(const Settings& settings) {
  Size size{.quick = settings.quick, .seeds = settings.quick ? 3u : 5u};
  if (settings.was_given({"--seeds"})) size.seeds = settings.seeds;
  return size;
}

// Those that are named, in the order of the table; all of them for "all".
std::vector<Experiment> named_experiments(const Settings& settings, const Size& size) {
  const std::vector<std::string>& names = settings.arguments;
  std::set<std::string> known = {"all"};
  for (const MakeExperiment make : experiments()) known.insert(make(size).name);
  for (const std::string& name : names) {
    if (known.contains(name)) continue;
    fail_usage(format("experiment: expected all, list alone, or names of %s, got '%s'", experiment_names(", ").c_str(),
                      shown(name).c_str()));
  }
  std::vector<Experiment> chosen;
  for (const MakeExperiment make : experiments()) {
    const Experiment experiment = make(size);
    const bool is_named = std::any_of(
        names.begin(), names.end(), [&](const std::string& name) { return name == "all" || name == experiment.name; });
    if (is_named) chosen.push_back(experiment);
  }
  return chosen;
}

int list_experiments(const Terminal& terminal) {
  for (const MakeExperiment make : experiments()) {
    const Experiment experiment = make({});
    terminal.print("%s\n%s\n", experiment.name.c_str(),
                   wrapped(experiment.claim, "  ", terminal.columns() - 1).c_str());
  }
  terminal.print("\nTo try one: bnlab experiment %s --quick\n", experiments().front()({}).name.c_str());
  return 0;
}

// An experiment that takes the first 6,000 images is another one with 600. Said before any run is made.
void check_images(const std::vector<Experiment>& chosen, const DatasetPair& data, const Size& size) {
  std::size_t most = 0;
  std::vector<std::string> too_large;
  for (const Experiment& experiment : chosen) {
    const std::size_t needed = images_needed(experiment);
    if (needed <= data.train.count()) continue;
    most = std::max(most, needed);
    too_large.push_back(experiment.name);
  }
  if (too_large.empty()) return;
  fail("expected at least %s training images for %s, found %s in %s: leave %s out%s", grouped(most).c_str(),
       enumerated(too_large).c_str(), grouped(data.train.count()).c_str(), shown(data.name).c_str(),
       too_large.size() == 1 ? "it" : "them", size.quick ? "" : ", or try --quick, which needs fewer");
}

// The progress over all runs of all experiments that the command makes.
class LabProgress {
 public:
  LabProgress(const Terminal& terminal, double work) : terminal_(terminal), total_(work) {}

  void begin(const std::string& experiment) { experiment_ = experiment; }
  void run_done(double work, bool made) {
    done_ += work;
    ++runs_;
    if (!made) return;
    ++made_runs_;
    made_ += work;
    if (!terminal_.moving) return;
    const double left = std::max(total_ - done_, 0.0) * seconds() / std::max(made_, 1.0);
    terminal_.print("\r  %s: run %zu, %.0f %% of all, %s left\x1b[K", experiment_.c_str(), runs_,
                    std::min(100 * done_ / total_, 99.0), duration(left).c_str());
  }
  std::size_t runs() const { return runs_; }
  std::size_t made_runs() const { return made_runs_; }

 private:
  using Clock = std::chrono::steady_clock;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  static std::string duration(double seconds) {
    if (seconds < 100) return format("%.0f s", seconds);
    return format("%.0f min", seconds / 60);
  }

  const Terminal& terminal_;
  double total_;
  std::string experiment_ = "";
  Clock::time_point start_ = Clock::now();
  double done_ = 0, made_ = 0;  // work
  std::size_t runs_ = 0, made_runs_ = 0;
};

std::string results_folder(const Settings& settings, const DatasetPair& data) {
  if (!settings.out.empty()) return settings.out;
  return "build/experiments/" + one_word(data.name) + (settings.quick ? "-quick" : "");
}

// The files that the command may write, apart from the runs: also the charts of earlier experiments are drawn anew.
std::vector<std::string> result_files(const std::string& folder) {
  std::vector<std::string> paths = {folder + "/results.csv", folder + "/experiment.json"};
  for (const MakeExperiment make : experiments()) paths.push_back(chart_path(folder, make({})));
  return paths;
}

// The command that asks for the same again.
std::string command_text(const Settings& settings, const Size& size) {
  std::string text = "build/bnlab experiment";
  for (const std::string& name : settings.arguments) text += " " + name;
  if (size.quick) text += " --quick";
  if (settings.was_given({"--seeds"})) text += format(" --seeds %zu", size.seeds);
  if (settings.was_given({"--data"})) text += " --data " + shell_word(settings.data);
  if (settings.was_given({"--classes"})) text += format(" --classes %zu", settings.dataset.classes);
  if (settings.was_given({"--transpose"})) text += " --transpose " + settings.dataset.transpose;
  return text;
}

// All experiments whose runs are in the store, in the order of the table: those that the command made, and earlier ones.
std::vector<Finished> all_finished(const Size& size, const DatasetPair& data, const RunStore& store) {
  std::vector<Finished> all;
  for (const MakeExperiment make : experiments()) {
    const Experiment experiment = make(size);
    RunnerSettings only_kept;
    only_kept.only_kept = true;
    const std::optional<Results> results = run_experiment(experiment, size, data, store, only_kept);
    if (results) all.push_back({experiment, *results, answer_of(*results)});
  }
  return all;
}

}  // namespace

int experiment_command(const Settings& settings, const Terminal& terminal) {
  if (settings.arguments == std::vector<std::string>{"list"}) return list_experiments(terminal);
  const Size size = size_of(settings);
  const std::vector<Experiment> chosen = named_experiments(settings, size);
  const DatasetPair data = load_datasets(settings.data, settings.dataset);
  check_images(chosen, data, size);
  const std::string folder = results_folder(settings, data);
  make_writable_folder(folder);
  check_outputs(settings, data.files, result_files(folder));
  LabSettings lab{.size = size,
                  .dataset = data.name,
                  .training_images = data.train.count(),
                  .test_images = data.test.count(),
                  .program = program_fingerprint(),
                  .images = images_fingerprint(data),
                  .command = command_text(settings, size)};
  const RunStore store(folder + "/runs", lab.program, lab.images);
  if (settings.fresh) store.forget();

  double work = 0;
  for (const Experiment& experiment : chosen) work += expected_work(experiment, size, data);
  LabProgress progress(terminal, work);
  RunnerSettings runner;
  runner.threads = settings.threads;
  runner.should_stop = [] { return interrupt_signal() != 0; };
  runner.on_run = [&](const Job&, double of_run, bool made) { progress.run_done(of_run, made); };
  const std::string about =
      format("%s: %s training and %s test images of %s. %s, on %s.", data.name.c_str(),
             grouped(data.train.count()).c_str(), grouped(data.test.count()).c_str(), data.train.shape().c_str(),
             counted(chosen.size(), "experiment").c_str(), counted(settings.threads, "thread").c_str());
  terminal.print("%s", wrapped(about, "").c_str());
  if (size.seeds < 3) terminal.print("With fewer than 3 seeds there is no verdict but too-few-runs.\n");
  install_signal_handlers();
  for (const Experiment& experiment : chosen) {
    print_plan(experiment, size, terminal);
    progress.begin(experiment.name);
    const std::optional<Results> results = run_experiment(experiment, size, data, store, runner);
    terminal.clear_line();
    if (!results) break;
    print_answer({experiment, *results, answer_of(*results)}, size, terminal);
  }
  const std::vector<Finished> finished = all_finished(size, data, store);
  // Stopped before any was finished: what an earlier command wrote stays.
  if (!finished.empty()) {
    for (const MakeExperiment make : experiments()) remove_file(chart_path(folder, make(size)));
    write_experiments(folder, finished, lab);
  }
  if (interrupt_signal() != 0) {
    const std::string stopped =
        "Stopped. The finished runs are in " + shown_path(folder) + "; the same command goes on from there.";
    terminal.print("\n%s", wrapped(stopped, "  ").c_str());
    return 128 + interrupt_signal();
  }
  const std::string where =
      "results.csv, experiment.json and a chart of each experiment (NAME.svg) are in " + shown_path(folder) + ".";
  terminal.print("\n%s", wrapped(where, "  ").c_str());
  print_result_line("experiments count=%zu dataset=%s runs=%zu new_runs=%zu seeds=%zu%s cpu_seconds=%.1f",
                    chosen.size(), one_word(data.name).c_str(), progress.runs(), progress.made_runs(), size.seeds,
                    size.quick ? " quick=yes" : "", static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  return 0;
}

}  // namespace bnlab
