// bnlab train: one network, with checkpoints.
#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/kept.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/progress.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/saved_settings.hpp"
#include "bnlab/cli/signals.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/read_info.hpp"
#include "bnlab/train/state.hpp"
#include "bnlab/train/trained_on.hpp"
#include "bnlab/train/training_log.hpp"
#include "bnlab/train/watch_file.hpp"

namespace bnlab {
namespace {

// The architecture of the model to start from, in place of what the options say. Returns its images.
DatasetPair take_model(Settings& settings, const Terminal& terminal) {
  const ModelInfo info = load_named_model(settings.init, settings, nullptr, terminal).info;
  const DatasetPair data = load_data_for(info, settings.init, settings.data, settings.dataset);
  settings.architecture = info.architecture;
  if (has_running_statistics(settings.architecture.norm) && settings.training.batch < 2) {
    fail_usage("--batch: expected 2 or more, as the network of --init has batch normalization, found 1");
  }
  return data;
}

// What the checkpoint's tensors and metadata say of its model. Error: its settings say otherwise. By them the network
// is made, so this comes before.
ModelInfo info_of_checkpoint(const TensorFile& checkpoint, const Settings& settings) {
  const char* const path = settings.resume.c_str();
  const ModelInfo info = read_info(checkpoint, settings.resume, settings.architecture.activation);
  Architecture of_settings = settings.architecture;
  of_settings.inputs = info.architecture.inputs;  // the settings leave them to the images
  of_settings.classes = info.architecture.classes;
  if (of_settings != info.architecture) {
    fail("%s: corrupt: expected the network of its settings, %s, found tensors and metadata of %s", path,
         of_settings.describe().c_str(), info.architecture.describe().c_str());
  }
  if (checkpoint.metadata.contains("seed") && info.seed != settings.training.seed) {
    fail("%s: corrupt: expected the seed of its settings, %llu, found %llu in its metadata", path,
         static_cast<unsigned long long>(settings.training.seed), static_cast<unsigned long long>(info.seed));
  }
  return info;
}

// The images of the checkpoint's run, transposed if its were.
DatasetPair load_data_of_run(const TensorFile& checkpoint, const Settings& settings) {
  const ModelInfo info = info_of_checkpoint(checkpoint, settings);
  DatasetOptions options = settings.dataset;
  options.transpose = info.trained_on.transpose == "on" ? "on" : "off";
  return load_data_for(info, settings.resume, settings.data, options);
}

DatasetPair load_training_data(Settings& settings, const TensorFile& checkpoint, const Terminal& terminal) {
  if (!settings.resume.empty()) return load_data_of_run(checkpoint, settings);
  if (!settings.init.empty()) return take_model(settings, terminal);
  return load_datasets(settings.data, settings.dataset);
}

// A fingerprint of the images that a run is trained on, which its checkpoint keeps.
std::string training_images_hash(const Dataset& set) {
  return hexadecimal(fingerprint(text_of(set.labels), fingerprint(text_of(set.pixels))));
}

void expect_training_images(const std::string& hash, const TensorFile& checkpoint, const Settings& settings) {
  if (hash == checkpoint.metadata_or("training_images", "")) return;
  fail("%s: expected the training images of its run, on '%s'; %s has different ones; pass the right folder with --data",
       settings.resume.c_str(), shown(checkpoint.metadata_or("dataset", "")).c_str(), settings.data.c_str());
}

// Restores the state of the checkpoint. Error: it is already past --epochs or --max-steps.
void restore_run(const TensorFile& checkpoint, const Settings& settings, const BatchPlan& plan, Run& run,
                 const Terminal& terminal) {
  const char* const path = settings.resume.c_str();
  run.training = restore_checkpoint(checkpoint, path, run.network, *run.optimizer);
  const std::size_t step = run.training.step;
  const std::size_t epochs = run.training.epochs.size();
  terminal.print("  resumed   %s: at step %zu, epochs done: %zu\n", shown_path(path).c_str(), step, epochs);
  const std::size_t begun = (step + plan.count() - 1) / plan.count();
  const bool past_last_step = settings.max_steps > 0 && settings.max_steps < step;
  if (begun > settings.training.epochs || past_last_step) {
    fail("%s: the run is at step %zu, in epoch %zu; give a larger --epochs or --max-steps", path, step, begun);
  }
}

TrainingLog resumed_log(const TensorFile& checkpoint, const Settings& settings, std::size_t step,
                        const Terminal& terminal) {
  const TrainingLog log(settings.log, step, LogRecord(checkpoint.metadata_or("log", ""), settings.resume));
  if (log.first_step() > 1)
    terminal.print("  log       %s begins at step %zu\n", settings.log.c_str(), log.first_step());
  if (!log.was_compared())
    terminal.print("  log       %s could not be compared with the checkpoint, which says nothing of it\n",
                   shown_path(settings.log).c_str());
  return log;
}

WatchFile resumed_watch(const TensorFile& checkpoint, const Settings& settings, std::size_t step,
                        const Terminal& terminal) {
  const WatchFile file(settings.watch, step, checkpoint.metadata_or("watch", ""));
  if (file.is_kept() && !file.was_continued())
    terminal.print("  watch     %s begins after step %zu\n", shown_path(settings.watch).c_str(), step);
  return file;
}

// The state shared by the functions below.
struct Session {
  const Settings& settings;
  const Terminal& terminal;
  const Split& split;
  const BatchPlan plan;
  Metadata metadata;  // of checkpoints
  TrainingLog log;
  WatchFile watch_file;
  Watch watch;
  Run run;
  std::size_t checkpoint_step = 0;  // at which the checkpoint was last written; 0: not in this process

  // Whether training is to stop after that step, before the last epoch's end.
  bool stops_after(std::size_t step) const { return interrupt_signal() != 0 || step == settings.max_steps; }

  // Looks at the layers, if that is asked for and due after that step.
  void look(std::size_t step) {
    if (!watch_file.is_kept() || !watch.is_due(step)) return;
    watch_file.add(step, layer_statistics(run.network, watch.probe));
  }

  void save_state(const TrainResult& so_far) {
    log.write();  // first: the log must never be behind the checkpoint, nor the watched layers
    watch_file.write();
    if (settings.checkpoint.empty()) return;
    // Diverged: the next step or the end of the epoch will say so.
    if (!is_finite(state_of_run(run.network, *run.optimizer))) return;
    if (!log.record().is_empty()) metadata["log"] = log.record().text();
    if (watch_file.is_kept()) metadata["watch"] = watch_file.fingerprint();
    save_checkpoint(settings.checkpoint, run.network, *run.optimizer, so_far, metadata);
    checkpoint_step = so_far.step;
  }
};

// The progress bar, the log, the watched layers and the checkpoints.
TrainObserver observe(Session& session) {
  const Settings& settings = session.settings;
  TrainObserver observer = show_progress(session.terminal, model_name(settings.architecture), settings.training.epochs);
  observer.on_step = [&session, show = observer.on_step](const StepResult& step) {
    session.log.add(step);
    session.look(step.step);
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

// Trains to the end, or to where it is to stop, and writes log, watched layers and checkpoints on the way.
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
  if (run.training.step == 0) session.look(0);
  run.train(session.split, observe(session));
  if (run.diverged()) {
    session.log.write();
    session.watch_file.write();
  }
}

void print_sentences(const Sentences& sentences, const Terminal& terminal) {
  for (const std::string& sentence : sentences) terminal.print("%s", wrapped(sentence, "  ").c_str());
}

// "Stopped after step 4 of 9, in epoch 1, …"
std::string describe_stop(const Session& session) {
  const TrainResult& training = session.run.training;
  const std::size_t steps = session.plan.count() * session.settings.training.epochs;
  const std::string where = format("Stopped after step %zu of %zu", training.step, steps);
  const auto seen = static_cast<double>(session.plan.begin(training.step % session.plan.count()));
  if (seen == 0) return where + ".";
  return where + format(", in epoch %zu, its train loss so far %.4f accuracy %.4f.", training.epochs.size() + 1,
                        training.epoch_in_progress.train_loss / seen, training.epoch_in_progress.train_accuracy / seen);
}

// Prints the result and saves the model. Returns the exit status.
int report_training(Session& session, const DatasetPair& data) {
  const Settings& settings = session.settings;
  const Terminal& terminal = session.terminal;
  Run& run = session.run;
  if (run.diverged()) {
    terminal.clear_line();
    terminal.print("\n");
    print_sentences(kept_of_diverged_run(settings, session.checkpoint_step), terminal);
    print_result(data.name, run);
    throw Error(describe_divergence(run));
  }
  if (!settings.save.empty()) {
    const ModelInfo info = describe_model(run.settings.architecture, data, settings.training.seed);
    save_model(settings.save, run.network, metadata_of(info));
  }
  if (run.training.stopped) {
    terminal.clear_line();
    terminal.print("\n%s", wrapped(describe_stop(session), "  ").c_str());
    print_sentences(kept_of_stopped_run(settings), terminal);
    const std::string continuation = how_to_continue(settings);
    if (!continuation.empty()) terminal.print("  %s\n", continuation.c_str());
  } else {
    terminal.print("\n  Test accuracy %s (%s images; ± is one binomial standard error), loss %.4f.\n",
                   percent_with_error(run.test).c_str(), grouped(run.test.count).c_str(), run.test.loss);
    print_sentences(kept_of_finished_run(settings), terminal);
  }
  terminal.print("\n");
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
  DatasetPair data = load_training_data(settings, checkpoint, terminal);
  check_outputs(settings, data.files);
  const bool needs_hash = resuming || !settings.checkpoint.empty();  // expensive
  const std::string hash = needs_hash ? training_images_hash(data.train) : "";
  if (resuming) expect_training_images(hash, checkpoint, settings);
  const bool from_model = !settings.init.empty() && !resuming;  // a checkpoint has weights of its own

  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.training.seed);
  const bool is_new = !resuming && !from_model;  // otherwise the inputs are those of the checkpoint, or of the model
  if (is_new) set_scale(data, pixel_scale(settings.pixels, split.train));
  const BatchPlan plan(split.train.indices.size(), settings.training.batch);
  if (resuming) expect_possible_progress(checkpoint, settings.resume, plan);
  ThreadPool threads(settings.threads);
  Session session{.settings = settings,
                  .terminal = terminal,
                  .split = split,
                  .plan = plan,
                  .metadata = saved_settings(settings),
                  .log = TrainingLog(settings.log),
                  .watch_file = WatchFile(settings.watch),
                  .watch = {},
                  .run = Run(settings.run_settings(data.train), &threads)};
  Run& run = session.run;
  const Architecture& architecture = run.settings.architecture;
  session.metadata.merge(metadata_of(describe_model(architecture, data, settings.training.seed)));
  session.metadata["training_images"] = hash;
  if (from_model) load_weights(settings.init, run.network);
  if (!settings.watch.empty()) {
    session.watch = make_watch(split.train, settings.training, settings.watch_every, &threads);
  }

  terminal.print("%s", describe_run(data, split, describe_network(architecture), run.settings, threads.size()).c_str());
  if (!from_model) terminal.print("%s", describe_inputs(data.train.scale).c_str());
  if (resuming) {
    restore_run(checkpoint, settings, session.plan, run, terminal);
    session.log = resumed_log(checkpoint, settings, run.training.step, terminal);
    session.watch_file = resumed_watch(checkpoint, settings, run.training.step, terminal);
  }
  terminal.print("\n");
  train_session(session);
  run.test_at_the_end(data.test);
  return report_training(session, data);
}

}  // namespace bnlab
