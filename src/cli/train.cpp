// bnlab train: one network, with checkpoints.
#include <cstdlib>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/progress.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/saved_settings.hpp"
#include "bnlab/cli/signals.hpp"
#include "bnlab/cli/training_log.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

// The architecture of the model to start from, in place of what the options say. Returns its images.
DatasetPair take_model(Settings& settings) {
  const ModelInfo info = load_model(settings.init, settings.architecture.activation, nullptr).info;
  const DatasetPair data = load_data_for(info, settings.init, settings.data, settings.dataset);
  settings.architecture = info.architecture;
  if (has_running_statistics(settings.architecture.norm) && settings.training.batch < 2) {
    throw UsageError("--batch: expected 2 or more, as the network of --init has batch normalization, found 1");
  }
  return data;
}

// The images of the checkpoint's run: with as many classes as it has, transposed if its were.
DatasetPair load_data_of_run(const TensorFile& checkpoint, const Settings& settings) {
  DatasetOptions options = settings.dataset;
  options.transpose = checkpoint.metadata_or("transpose", "off");
  const std::size_t classes = std::strtoul(checkpoint.metadata_or("classes", "0").c_str(), nullptr, 10);
  if (classes > 0 && classes <= kMostClasses) options.classes = classes;
  options.classes_from = "the run has";
  return load_datasets(settings.data, options);
}

DatasetPair load_training_data(Settings& settings, const TensorFile& checkpoint) {
  if (!settings.resume.empty()) return load_data_of_run(checkpoint, settings);
  if (!settings.init.empty()) return take_model(settings);
  return load_datasets(settings.data, settings.dataset);
}

// A fingerprint of the images that a run is trained on, which its checkpoint keeps.
std::string training_images_hash(const Dataset& set) {
  const std::uint64_t hash = fingerprint(text_of(set.labels), fingerprint(text_of(set.pixels)));
  return format("%016llx", static_cast<unsigned long long>(hash));
}

void expect_training_images(const std::string& hash, const TensorFile& checkpoint, const Settings& settings) {
  if (hash == checkpoint.metadata_or("training_images", "")) return;
  fail("%s: expected the training images of its run, on '%s'; %s has different ones; pass the right folder with --data",
       settings.resume.c_str(), checkpoint.metadata_or("dataset", "").c_str(), settings.data.c_str());
}

// Restores the state of the checkpoint. Error: it is already past --epochs or --max-steps.
void restore_run(const TensorFile& checkpoint, const Settings& settings, const BatchPlan& plan, Run& run,
                 const Terminal& terminal) {
  const char* const path = settings.resume.c_str();
  run.training = restore_checkpoint(checkpoint, path, run.network, *run.optimizer);
  const std::size_t step = run.training.step;
  const std::size_t epochs = run.training.epochs.size();
  const std::size_t begun = (step + plan.count() - 1) / plan.count();
  terminal.print("  resumed   %s: at step %zu, epochs done: %zu\n", path, step, epochs);
  const bool past_last_step = settings.max_steps > 0 && settings.max_steps < step;
  if (begun > settings.training.epochs || past_last_step) {
    fail("%s: the run is at step %zu, in epoch %zu; give a larger --epochs or --max-steps", path, step, begun);
  }
  if (step / plan.count() != epochs) fail("%s: corrupt: step and epoch disagree", path);
}

// The state shared by the functions below.
struct Session {
  const Settings& settings;
  const Terminal& terminal;
  const Split& split;
  const BatchPlan plan;
  Metadata metadata;  // of checkpoints
  TrainingLog log;
  Run run;

  // Whether training is to stop after that step, before the last epoch's end.
  bool stops_after(std::size_t step) const { return interrupt_signal() != 0 || step == settings.max_steps; }

  void save_state(const TrainResult& so_far) {
    log.write();  // first: the log must never be behind the checkpoint
    if (settings.checkpoint.empty()) return;
    save_checkpoint(settings.checkpoint, run.network, *run.optimizer, so_far, metadata);
  }
};

// The progress bar, the log and the checkpoints.
TrainObserver observe(Session& session) {
  const Settings& settings = session.settings;
  TrainObserver observer = show_progress(session.terminal, model_name(settings.architecture), settings.training.epochs);
  observer.on_step = [&session, show = observer.on_step](const StepResult& step) {
    session.log.add(step);
    show(step);
  };
  observer.should_continue = [&session, &settings](const TrainResult& so_far) {
    const bool stops = session.stops_after(so_far.step);
    const bool epoch_ends = so_far.step % session.plan.count() == 0;
    const bool is_due = settings.checkpoint_every > 0 && so_far.step % settings.checkpoint_every == 0;
    if (stops || epoch_ends || is_due) session.save_state(so_far);
    return !stops;
  };
  return observer;
}

// Trains to the end, or to where it is to stop, and writes log and checkpoints on the way.
void train_session(Session& session) {
  install_signal_handlers();
  Run& run = session.run;
  const bool finished = run.training.epochs.size() == session.settings.training.epochs;
  const bool resumed_at_the_end = run.training.step > 0 && session.stops_after(run.training.step);
  if (finished || resumed_at_the_end) {
    session.save_state(run.training);
    run.training.stopped = !finished;
    return;
  }
  run.train(session.split, observe(session));
  if (run.diverged()) session.log.write();
}

void print_stopped(const Session& session) {
  const Settings& settings = session.settings;
  const Terminal& terminal = session.terminal;
  const TrainResult& training = session.run.training;
  const std::size_t steps = session.plan.count() * settings.training.epochs;
  terminal.clear_line();
  terminal.print("\n  Stopped after step %zu of %zu", training.step, steps);
  const auto seen = static_cast<double>(session.plan.begin(training.step % session.plan.count()));
  if (seen > 0) {
    terminal.print(", in epoch %zu, its train loss so far %.4f accuracy %.4f", training.epochs.size() + 1,
                   training.epoch_in_progress.train_loss / seen, training.epoch_in_progress.train_accuracy / seen);
  }
  if (settings.checkpoint.empty()) {
    terminal.print(".\n  Without --checkpoint FILE it cannot be resumed.\n");
    return;
  }
  terminal.print(".\n  To continue: the same command with --resume %s%s\n", settings.checkpoint.c_str(),
                 settings.max_steps > 0 ? ", and another --max-steps or none" : "");
}

// Prints the result and saves the model. Returns the exit status.
int report_training(Session& session, const DatasetPair& data) {
  const Settings& settings = session.settings;
  const Terminal& terminal = session.terminal;
  Run& run = session.run;
  if (run.diverged()) {
    terminal.clear_line();
    print_result(data.name, run);
    throw Error(describe_divergence(run));
  }
  if (!settings.save.empty()) {
    const ModelInfo info = describe_model(run.settings.architecture, data, settings.training.seed);
    save_model(settings.save, run.network, metadata_of(info));
  }
  if (run.training.stopped) {
    print_stopped(session);
  } else {
    terminal.print("\n  Test accuracy %s (%s images; ± is one binomial standard error), loss %.4f.\n",
                   percent_with_error(run.test).c_str(), grouped(run.test.count).c_str(), run.test.loss);
  }
  if (settings.save.empty()) {
    terminal.print("  Not saved (--save FILE).\n\n");
  } else {
    terminal.print("  Saved as %s.\n\n", settings.save.c_str());
  }
  print_result(data.name, run);
  return run.training.stopped && interrupt_signal() != 0 ? 128 + interrupt_signal() : 0;
}

std::string describe_network(const Architecture& architecture) {
  return architecture.describe() + " (" + grouped(architecture.parameter_count()) + " parameters)";
}

}  // namespace

int train_command(const Settings& command_line, const Terminal& terminal) {
  const bool resuming = !command_line.resume.empty();
  const TensorFile checkpoint = resuming ? read_checkpoint(command_line.resume) : TensorFile{};
  Settings settings = resuming ? resumed_settings(command_line, checkpoint) : command_line;
  for (const std::string& path : {settings.save, settings.log, settings.checkpoint}) {
    if (!path.empty()) check_writable(path);
  }
  const DatasetPair data = load_training_data(settings, checkpoint);
  const bool needs_hash = resuming || !settings.checkpoint.empty();  // expensive
  const std::string hash = needs_hash ? training_images_hash(data.train) : "";
  if (resuming) expect_training_images(hash, checkpoint, settings);
  const bool from_model = !settings.init.empty() && !resuming;  // a checkpoint has weights of its own

  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.training.seed);
  ThreadPool threads(settings.threads);
  Session session{.settings = settings,
                  .terminal = terminal,
                  .split = split,
                  .plan = BatchPlan(split.train.indices.size(), settings.training.batch),
                  .metadata = saved_settings(settings),
                  .log = TrainingLog(settings.log),
                  .run = Run(settings.run_settings(data.train), &threads)};
  Run& run = session.run;
  const Architecture& architecture = run.settings.architecture;
  session.metadata.merge(metadata_of(describe_model(architecture, data, settings.training.seed)));
  session.metadata["training_images"] = hash;
  if (from_model) load_weights(settings.init, run.network);

  terminal.print("%s", describe_run(data, split, describe_network(architecture), run.settings, threads.size()).c_str());
  if (resuming) {
    restore_run(checkpoint, settings, session.plan, run, terminal);
    session.log = TrainingLog(settings.log, run.training.step);
  }
  terminal.print("\n");
  train_session(session);
  run.test_at_the_end(data.test);
  return report_training(session, data);
}

}  // namespace bnlab
