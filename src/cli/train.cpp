// bnlab train: one network, with checkpoints.
#include <filesystem>
#include <fstream>

#include "bnlab/cli/commands.hpp"
#include "bnlab/core/error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {
namespace {

constexpr const char* kLogHeader = "step,epoch,loss,accuracy\n";

// The log as it was after that many steps: what a run that is resumed there begins with. One that was begun only after
// that step is begun again.
std::string log_until(const std::string& path, std::size_t step) {
  std::ifstream file(path, std::ios::binary);
  std::string log, line;
  std::size_t last = 0;
  while (last < step && std::getline(file, line)) {
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
  settings.hidden = a.hidden, settings.norm = a.batch_norm ? "batch" : "none";
  settings.activation = a.activation, settings.dropout = a.dropout;
  if (a.batch_norm && settings.batch < 2) {
    throw UsageError("--batch: expected 2 or more, as the network of --init has batch normalization, found 1");
  }
}

// Network and optimizer as the checkpoint has them. Error: nothing of the run is left for what the settings ask.
TrainResult go_back_to(const TensorFile& checkpoint, const Settings& settings, const BatchPlan& plan, Network& network,
                       Optimizer& optimizer, const Terminal& terminal) {
  const char* path = settings.resume.c_str();
  TrainResult so_far = restore_checkpoint(checkpoint, path, network, optimizer);
  const std::size_t step = so_far.step, epochs = so_far.epochs.size();
  const std::size_t begun = (step + plan.count() - 1) / plan.count();
  terminal.say("  resumed   %s: at step %zu, epochs done: %zu\n", path, step, epochs);
  if (begun > settings.epochs || (settings.max_steps > 0 && settings.max_steps < step)) {
    fail("%s: the run is at step %zu, in epoch %zu; give a larger --epochs or --max-steps", path, step, begun);
  }
  if (step / plan.count() != epochs) fail("%s: damaged: its step is not in its epoch", path);
  return so_far;
}

void say_stopped(const Settings& settings, const BatchPlan& plan, const TrainResult& t, const Terminal& terminal) {
  terminal.say("%s\n  Stopped after step %zu of %zu", terminal.clear_line(), t.step, plan.count() * settings.epochs);
  if (const double seen = static_cast<double>(plan.begin(t.step % plan.count())); seen > 0) {
    terminal.say(", in epoch %zu, its train loss so far %.4f accuracy %.4f", t.epochs.size() + 1,
                 t.under_way.train_loss / seen, t.under_way.train_accuracy / seen);
  }
  terminal.say(settings.checkpoint.empty() ? ".\n  Without --checkpoint FILE it cannot be resumed.\n"
                                           : ".\n  To go on: the same command with --resume %s%s\n",
               settings.checkpoint.c_str(), settings.max_steps > 0 ? ", and another --max-steps or none" : "");
}

}  // namespace

int train_command(const Settings& given, const Terminal& terminal) {
  Settings settings = given;
  TensorFile checkpoint;
  if (!settings.resume.empty()) {
    checkpoint = read_checkpoint(settings.resume);
    settings = resumed(settings, checkpoint.metadata["options"]);
  }
  for (const std::string& path : {settings.save, settings.log, settings.checkpoint}) {
    if (!path.empty()) check_writable(path);
  }
  const DatasetPair data = load_datasets(settings.data);
  const bool lasting = !settings.checkpoint.empty() || !settings.resume.empty();  // reading all images takes its time
  const std::uint64_t hash = lasting ? fingerprint(data.train.labels, fingerprint(data.train.pixels)) : 0;
  const std::string images = format("%016llx", static_cast<unsigned long long>(hash));
  if (!settings.resume.empty() && images != checkpoint.metadata["training_images"]) {
    fail("%s: expected the training images of its run, on '%s'; those of %s are others; name the folder with --data",
         settings.resume.c_str(), checkpoint.metadata["dataset"].c_str(), settings.data.c_str());
  }
  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.seed);
  ThreadPool threads(thread_count(settings));
  const bool from_model = !settings.init.empty() && settings.resume.empty();  // a checkpoint has weights of its own
  if (from_model) take_architecture(settings, data);
  const RunSettings run = settings.run_settings(data.train);
  const std::string name = model_name(run.architecture);
  const BatchPlan plan(split.train.indices.size(), settings.batch);
  RunResult result{make_network(run.architecture, run.training.seed, &threads), {}, {}, {}};
  if (from_model) load_weights(settings.init, result.network);
  const std::unique_ptr<Optimizer> optimizer = make_optimizer(run.optimizer, result.network, &threads);
  const Metadata model_metadata = metadata_of({run.architecture, data.name, run.training.seed});
  Metadata checkpoint_metadata = model_metadata;
  checkpoint_metadata["training_images"] = images;
  for (const std::string& option : settings.run_options()) checkpoint_metadata["options"] += option + " ";

  terminal.say("  data      %s\n", describe_data(data, split).c_str());
  terminal.say("  network   %s (%s parameters)\n", run.architecture.describe().c_str(),
               grouped(run.architecture.parameter_count()).c_str());
  terminal.say("  training  %s\n", describe_training(run, threads.size()).c_str());
  std::string log = kLogHeader;
  if (!settings.resume.empty()) {
    result.training = go_back_to(checkpoint, settings, plan, result.network, *optimizer, terminal);
    if (!settings.log.empty() && std::filesystem::exists(settings.log))
      log = log_until(settings.log, result.training.step);
  }
  terminal.say("\n");

  TrainObserver observer = show_progress(terminal, name, run.training.epochs);
  observer.on_step = [&, show = observer.on_step](const StepResult& s) {
    if (!settings.log.empty()) log += format("%zu,%zu,%.9g,%.6f\n", s.step, s.epoch, s.loss, s.accuracy);
    show(s);
  };
  const auto is_last = [&](std::size_t step) { return interrupted() != 0 || step == settings.max_steps; };
  observer.go_on = [&](const TrainResult& so_far) {
    const bool last = is_last(so_far.step), epoch_ends = so_far.step % plan.count() == 0;
    if (last || epoch_ends || (settings.checkpoint_every > 0 && so_far.step % settings.checkpoint_every == 0)) {
      if (!settings.log.empty()) write_file(settings.log, log);  // first: it must not lack what the checkpoint has
      if (!settings.checkpoint.empty()) {
        save_checkpoint(settings.checkpoint, result.network, *optimizer, so_far, checkpoint_metadata);
      }
    }
    return !last;
  };
  listen_for_interrupts();
  const bool finished = result.training.epochs.size() == settings.epochs;
  if (finished || (result.training.step > 0 && is_last(result.training.step))) {
    observer.go_on(result.training);
    result.training.stopped = !finished;
  } else {
    result.training = train(result.network, *optimizer, split, run.training, &threads, observer, result.training);
  }
  test_at_the_end(result, data.test, &threads);

  if (result.diverged()) {
    if (!settings.log.empty()) write_file(settings.log, log);
    terminal.say("%s", terminal.clear_line());
    print_result(data.name, run, result);
    throw Error(divergence(name, run, result));
  }
  if (!settings.save.empty()) save_model(settings.save, result.network, model_metadata);
  if (result.training.stopped) {
    say_stopped(settings, plan, result.training, terminal);
  } else {
    terminal.say("\n  Test accuracy %s (%s images; ± is one binomial standard error), loss %.4f.\n",
                 percent_with_error(result.test).c_str(), grouped(result.test.count).c_str(), result.test.loss);
  }
  terminal.say(settings.save.empty() ? "  Not saved (--save FILE).\n\n" : "  Saved as %s.\n\n", settings.save.c_str());
  print_result(data.name, run, result);
  return result.training.stopped && interrupted() != 0 ? 128 + interrupted() : 0;
}

}  // namespace bnlab
