// bnlab train: one network, with checkpoints.
#include <fstream>

#include "bnlab/cli/commands.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/train/checkpoint.hpp"

namespace bnlab {
namespace {

constexpr const char* kLogHeader = "step,epoch,loss,accuracy\n";

// The log as it was after that many steps: what a run that is resumed there begins with. One whose lines
// begin after that step is begun again.
std::string log_until(const std::string& path, std::size_t step) {
  if (!std::filesystem::exists(path)) return kLogHeader;
  std::ifstream file(path, std::ios::binary);
  std::string log;
  std::size_t last = 0;
  for (std::string line; last < step && std::getline(file, line);) {
    const std::size_t number = std::strtoull(line.c_str(), nullptr, 10);
    if (number > step) break;
    log += line + "\n";
    last = number;
  }
  if (!log.starts_with(kLogHeader) || (last != step && log != kLogHeader)) {
    fail("%s: expected the log of the run to be resumed, with a line for its step %zu; name another --log",
         path.c_str(), step);
  }
  return log;
}

// The architecture of the model to start from takes the place of what the options say.
void take_architecture(Settings& settings, const DatasetPair& data) {
  const Architecture a = load_model(settings.init, settings.activation, nullptr).info.architecture;
  expect_fit(settings.init, a, data);
  settings.hidden = a.hidden, settings.norm = a.norm;
  settings.activation = a.activation, settings.dropout = a.dropout;
  if (a.norm == "batch" && settings.batch < 2) {
    throw UsageError("--batch: expected 2 or more, as the network of --init has batch normalization, found 1");
  }
}

// Takes the run to where the checkpoint has it. Error: that is past the epochs or steps that are asked for.
void go_back_to(const TensorFile& checkpoint, const Settings& settings, const BatchPlan& plan, Run& run,
                const Terminal& terminal) {
  const char* path = settings.resume.c_str();
  run.training = restore_checkpoint(checkpoint, path, run.network, *run.optimizer);
  const std::size_t step = run.training.step, epochs = run.training.epochs.size();
  const std::size_t begun = (step + plan.count() - 1) / plan.count();
  terminal.say("  resumed   %s: at step %zu, epochs done: %zu\n", path, step, epochs);
  if (begun > settings.epochs || (settings.max_steps > 0 && settings.max_steps < step)) {
    fail("%s: the run is at step %zu, in epoch %zu; give a larger --epochs or --max-steps", path, step, begun);
  }
  if (step / plan.count() != epochs) fail("%s: damaged: its step is not in its epoch", path);
}

// Trains to the end, or to where it is to stop, and writes log and checkpoints on the way.
void train_and_keep(Run& run, const Split& split, const Settings& settings, const BatchPlan& plan, std::string log,
                    const Metadata& metadata, const Terminal& terminal) {
  const auto write_log = [&] {
    if (!settings.log.empty()) write_file(settings.log, log);
  };
  const auto is_last = [&](std::size_t step) { return interrupted() != 0 || step == settings.max_steps; };
  TrainObserver observer = show_progress(terminal, model_name(run.settings.architecture), settings.epochs);
  observer.on_step = [&, show = observer.on_step](const StepResult& s) {
    if (!settings.log.empty()) log += format("%zu,%zu,%.*g,%.6f\n", s.step, s.epoch, kLossDigits, s.loss, s.accuracy);
    show(s);
  };
  observer.should_continue = [&](const TrainResult& so_far) {
    const bool last = is_last(so_far.step), epoch_ends = so_far.step % plan.count() == 0;
    if (last || epoch_ends || (settings.checkpoint_every > 0 && so_far.step % settings.checkpoint_every == 0)) {
      write_log();  // first: it must not lack what the checkpoint has
      if (!settings.checkpoint.empty()) {
        save_checkpoint(settings.checkpoint, run.network, *run.optimizer, so_far, metadata);
      }
    }
    return !last;
  };
  listen_for_interrupts();
  const bool finished = run.training.epochs.size() == settings.epochs;
  if (finished || (run.training.step > 0 && is_last(run.training.step))) {
    observer.should_continue(run.training);
    run.training.stopped = !finished;
  } else {
    run.train(split, observer);
  }
  if (run.diverged()) write_log();
}

void say_stopped(const Settings& settings, const BatchPlan& plan, const TrainResult& t, const Terminal& terminal) {
  terminal.say("%s\n  Stopped after step %zu of %zu", terminal.clear_line(), t.step, plan.count() * settings.epochs);
  if (const double seen = static_cast<double>(plan.begin(t.step % plan.count())); seen > 0) {
    terminal.say(", in epoch %zu, its train loss so far %.4f accuracy %.4f", t.epochs.size() + 1,
                 t.epoch_in_progress.train_loss / seen, t.epoch_in_progress.train_accuracy / seen);
  }
  terminal.say(settings.checkpoint.empty() ? ".\n  Without --checkpoint FILE it cannot be resumed.\n"
                                           : ".\n  To go on: the same command with --resume %s%s\n",
               settings.checkpoint.c_str(), settings.max_steps > 0 ? ", and another --max-steps or none" : "");
}

// Says how it went and saves the model. Returns the exit status.
int report(Run& run, const Settings& settings, const std::string& dataset, const BatchPlan& plan,
           const Terminal& terminal) {
  if (run.diverged()) {
    terminal.say("%s", terminal.clear_line());
    print_result(dataset, run);
    throw Error(divergence(run));
  }
  if (!settings.save.empty())
    save_model(settings.save, run.network, metadata_of({run.settings.architecture, dataset, settings.seed}));
  if (run.training.stopped) {
    say_stopped(settings, plan, run.training, terminal);
  } else {
    terminal.say("\n  Test accuracy %s (%s images; ± is one binomial standard error), loss %.4f.\n",
                 percent_with_error(run.test).c_str(), grouped(run.test.count).c_str(), run.test.loss);
  }
  terminal.say(settings.save.empty() ? "  Not saved (--save FILE).\n\n" : "  Saved as %s.\n\n", settings.save.c_str());
  print_result(dataset, run);
  return run.training.stopped && interrupted() != 0 ? 128 + interrupted() : 0;
}

}  // namespace

int train_command(const Settings& given, const Terminal& terminal) {
  const bool resuming = !given.resume.empty();
  const TensorFile checkpoint = resuming ? read_checkpoint(given.resume) : TensorFile{};
  Settings settings = resuming ? resumed(given, checkpoint.metadata_or("options", "")) : given;
  for (const std::string& path : {settings.save, settings.log, settings.checkpoint}) {
    if (!path.empty()) check_writable(path);
  }
  const DatasetPair data = load_datasets(settings.data);
  const bool lasting = resuming || !settings.checkpoint.empty();  // going through all pixels takes its time
  const Dataset& set = data.train;
  const std::uint64_t hash = lasting ? fingerprint(text_of(set.labels), fingerprint(text_of(set.pixels))) : 0;
  const std::string images = format("%016llx", static_cast<unsigned long long>(hash));
  if (resuming && images != checkpoint.metadata_or("training_images", "")) {
    fail("%s: expected the training images of its run, on '%s'; those of %s are others; name the folder with --data",
         settings.resume.c_str(), checkpoint.metadata_or("dataset", "").c_str(), settings.data.c_str());
  }
  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.seed);
  ThreadPool threads(settings.threads);
  const bool from_model = !settings.init.empty() && !resuming;  // a checkpoint has weights of its own
  if (from_model) take_architecture(settings, data);
  Run run(settings.run_settings(data.train), &threads);
  if (from_model) load_weights(settings.init, run.network);

  const Architecture& a = run.settings.architecture;
  const std::string network = a.describe() + " (" + grouped(a.parameter_count()) + " parameters)";
  terminal.say("%s", describe_run(data, split, network, run.settings, threads.size()).c_str());
  const BatchPlan plan(split.train.indices.size(), settings.batch);
  if (resuming) go_back_to(checkpoint, settings, plan, run, terminal);
  const std::string log = resuming ? log_until(settings.log, run.training.step) : kLogHeader;
  terminal.say("\n");

  Metadata metadata = metadata_of({a, data.name, settings.seed});
  metadata["training_images"] = images;
  for (const std::string& option : settings.run_options()) metadata["options"] += option + " ";
  train_and_keep(run, split, settings, plan, log, metadata, terminal);
  run.test_at_the_end(data.test);
  return report(run, settings, data.name, plan, terminal);
}

}  // namespace bnlab
