// bnlab train: one network.
#include "bnlab/cli/commands.hpp"
#include "bnlab/core/error.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {
int train_command(const Settings& settings, const Terminal& terminal) {
  if (!settings.save.empty()) check_writable(settings.save);
  if (!settings.log.empty()) check_writable(settings.log);
  const DatasetPair data = load_datasets(settings.data);
  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.seed);
  RunSettings run = settings.run_settings(data.train);
  ThreadPool threads(thread_count(settings));
  std::optional<Model> initial;
  if (!settings.init.empty()) {
    initial = load_model(settings.init, settings.activation, &threads);
    run.architecture = initial->info.architecture;
    expect_fit(settings.init, run.architecture, data);
    if (run.architecture.batch_norm && run.training.batch < 2) {
      throw UsageError("--batch: expected 2 or more, as the network of --init has batch normalization, found 1");
    }
  }
  terminal.say("  data      %s\n", describe_data(data, split).c_str());
  terminal.say("  network   %s (%s parameters)\n", run.architecture.describe().c_str(),
               grouped(run.architecture.parameter_count()).c_str());
  terminal.say("  training  %s\n\n", describe_training(run, threads.size()).c_str());

  std::string log = "step,epoch,loss,accuracy\n";
  const std::string name = model_name(run.architecture);
  Progress progress(terminal, name, run.training.epochs);
  TrainObserver observer = progress.observer();
  observer.on_step = [&, show = observer.on_step](const StepResult& s) {
    if (!settings.log.empty()) log += format("%zu,%zu,%.9g,%.6f\n", s.step, s.epoch, s.loss, s.accuracy);
    show(s);
  };
  RunResult result = bnlab::run(run, split, data.test, &threads, observer, initial ? &initial->network : nullptr);
  if (!settings.log.empty()) write_file(settings.log, log);
  if (result.diverged()) {
    terminal.say("%s", terminal.moving ? "\r\x1b[K" : "");
    print_result(data.name, run, result);
    throw Error(divergence(name, run, result));
  }
  if (!settings.save.empty()) {
    save_model(settings.save, result.network, metadata_of({run.architecture, data.name, run.training.seed}));
  }
  terminal.say("\n  Test accuracy %s (%s images; ± is one binomial standard error), loss %.4f.\n",
               percent_with_error(result.test).c_str(), grouped(result.test.count).c_str(), result.test.loss);
  terminal.say(settings.save.empty() ? "  Not saved (--save FILE).\n\n" : "  Saved as %s.\n\n", settings.save.c_str());
  print_result(data.name, run, result);
  return 0;
}

}  // namespace bnlab
