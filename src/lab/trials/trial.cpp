#include "bnlab/lab/trials/trial.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/lab/trials/noise.hpp"
#include "bnlab/train/population.hpp"

namespace bnlab {
namespace {

// Loss curves are kept as that many means.
constexpr std::size_t kCurveParts = 60;

// The images of a run, in its scale.
struct Images {
  Images(const Trial& trial, const DatasetPair& data)
      : training(data.train),
        test(data.test),
        split(bnlab::split(training, trial.images, trial.validation, trial.run.training.seed)) {
    if (trial.by_class) sort_by_class(split.train);
    training.scale = changed(pixel_scale(trial.pixels, split.train), trial.inputs);
    test.scale = training.scale;
  }
  Images(const Images&) = delete;

  static void sort_by_class(Subset& images) {
    const Bytes& labels = images.data->labels;
    std::stable_sort(images.indices.begin(), images.indices.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return labels[a] < labels[b]; });
  }

  // The scale with which an input x becomes factor x + shift.
  PixelScale changed(PixelScale scale, const InputChange& change) const {
    if (change.factor == 1 && change.shift == 0 && change.middle_factor == 1) return scale;
    const std::size_t D = training.features();
    const std::size_t middle = training.height / 2 * training.width + training.width / 2;
    PixelScale result;
    for (std::size_t d = 0; d < D; ++d) {
      const double factor = change.factor * (d == middle ? change.middle_factor : 1);
      const double deviation = scale.deviation_of(d) / factor;
      result.means.push_back(scale.mean_of(d) - change.shift * deviation);
      result.deviations.push_back(deviation);
    }
    return result;
  }

  Dataset training, test;
  Split split;
};

// The settings of the run, with what follows from the images.
RunSettings settings_of(const Trial& trial, const Dataset& images) {
  RunSettings run = trial.run;
  run.architecture.inputs = images.features();
  run.architecture.classes = images.classes;
  run.training.shuffle = run.training.shuffle && !trial.by_class;
  if (trial.steps > 0) run.training.epochs = trial.steps;  // more than enough; the observer ends it
  return run;
}

// The mean of values[begin … end - 1], in which those beyond the end, of a run that diverged, are `missing`.
double mean_of_part(const std::vector<double>& values, std::size_t begin, std::size_t end, double missing) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += i < values.size() ? values[i] : missing;
  return sum / static_cast<double>(end - begin);
}

// Loss and what follows from it. The losses of a diverged run end early.
void measure_training(const std::vector<double>& losses, std::size_t steps, double guessing, bool diverged,
                      Measurements& measured) {
  const std::size_t last_tenth = std::max<std::size_t>(steps / 10, 1);
  const double final_loss = std::min(mean_of_part(losses, steps - last_tenth, steps, guessing), guessing);
  auto& values = measured.values;
  values["loss"] = std::min(mean_of_part(losses, 0, steps, guessing), guessing);
  values["final_loss"] = diverged ? guessing : final_loss;
  values["learned"] = !diverged && final_loss < 0.85 * guessing ? 1 : 0;
  values["diverged"] = diverged ? 1 : 0;
  std::vector<double>& curve = measured.curves["loss"];
  const std::size_t parts = std::min(kCurveParts, steps);
  for (std::size_t p = 0; p < parts; ++p) {
    const double mean = mean_of_part(losses, p * steps / parts, (p + 1) * steps / parts, guessing);
    curve.push_back(std::min(mean, 2 * guessing));
  }
}

// Accuracy and loss on some images; that of guessing and the largest loss where the network has diverged. So none counts
// as worse than one that has.
void measure_evaluation(Network& network, const Subset& images, bool diverged, Mode mode, std::size_t batch,
                        const std::string& accuracy, const std::string& loss, Measurements& measured) {
  const std::size_t classes = images.data->classes;
  Evaluation result;
  if (!diverged) result = evaluate(network, images, nullptr, nullptr, mode, batch);
  const bool usable = !diverged && result.finite;
  measured.values[accuracy] = usable ? result.accuracy : 1 / static_cast<double>(classes);
  if (!loss.empty()) measured.values[loss] = usable ? limited_loss(result, classes) : largest_loss(classes);
}

// Returns false where the activations of some of the images overflow, so that there are no such statistics.
bool re_estimate(Network& network, const Subset& images) {
  try {
    estimate_population_statistics(network, images, nullptr);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The test images three ways. On copies of the network, as both others change its statistics.
void measure_statistics(const Trial& trial, const Run& run, const Images& images, bool diverged,
                        Measurements& measured) {
  const Subset test = all_images(images.test);
  Network population = run.network;
  const bool usable = !diverged && re_estimate(population, images.split.train);
  measure_evaluation(population, test, !usable, Mode::eval, 256, "accuracy_population", "test_loss_population",
                     measured);
  Network own_batch = run.network;
  const bool normalised = trial.run.architecture.norm == "batch";
  measure_evaluation(own_batch, test, diverged, normalised ? Mode::train : Mode::eval,
                     std::max<std::size_t>(trial.run.training.batch, 2), "accuracy_batch", "", measured);
}

}  // namespace

double loss_of_guessing(std::size_t classes) { return std::log(static_cast<double>(classes)); }

double largest_loss(std::size_t classes) { return 10 * loss_of_guessing(classes); }

double limited_loss(const Evaluation& result, std::size_t classes) {
  return result.finite ? std::min(result.loss, largest_loss(classes)) : largest_loss(classes);
}

std::size_t planned_steps(const Trial& trial, const Dataset& training_images) {
  if (trial.steps > 0) return trial.steps;
  const std::size_t images = trial.images > 0 ? trial.images : training_images.count();
  const auto held_out = static_cast<std::size_t>(std::llround(trial.validation * static_cast<double>(images)));
  return trial.run.training.epochs * BatchPlan(images - held_out, trial.run.training.batch).count();
}

std::optional<Measurements> run_trial(const Trial& trial, const DatasetPair& data, Meter* meter,
                                      const std::function<bool()>& should_stop) {
  const Images images(trial, data);
  const std::size_t steps = planned_steps(trial, images.training);
  Run run(settings_of(trial, images.training), nullptr);
  if (trial.noise > 0) add_noise(run, trial.noise);
  const Workbench bench{.trial = trial, .images = images.split, .test = images.test, .run = run, .steps = steps};

  bool stopped = false;
  TrainObserver observer;
  observer.on_step = [&](const StepResult& step) {
    if (meter != nullptr) meter->after_step(bench, step.step);
  };
  observer.should_continue = [&](const TrainResult& so_far) {
    stopped = should_stop();
    return !stopped && so_far.step < steps;
  };
  if (meter != nullptr) meter->at_start(bench);
  run.train(images.split, observer);
  if (stopped) return {};

  Measurements measured;
  const bool diverged = run.diverged();
  measure_training(run.step_losses, steps, loss_of_guessing(images.training.classes), diverged, measured);
  measure_evaluation(run.network, all_images(images.test), diverged, Mode::eval, 256, "accuracy", "test_loss",
                     measured);
  if (!images.split.validation.indices.empty()) {
    measure_evaluation(run.network, images.split.validation, diverged, Mode::eval, 256, "validation_accuracy",
                       "validation_loss", measured);
  }
  if (trial.all_statistics) measure_statistics(trial, run, images, diverged, measured);
  if (meter != nullptr) meter->at_end(bench, measured);
  return measured;
}

std::string describe_trial(const Trial& trial) {
  const RunSettings& run = trial.run;
  const Architecture& a = run.architecture;
  const OptimizerSettings& o = run.optimizer;
  const auto number = shortest_decimal;
  const auto on_off = [](bool on) { return std::string(on ? "on" : "off"); };
  const std::vector<std::pair<const char*, std::string>> settings = {
      {"hidden", joined(a.hidden, ",")},
      {"activation", a.activation},
      {"norm", a.norm},
      {"place", a.place},
      {"bias", on_off(a.bias)},
      {"eps", number(a.norm_options.eps)},
      {"bn_momentum", number(a.norm_options.momentum)},
      {"affine", on_off(a.norm_options.affine)},
      {"dropout", number(a.dropout)},
      {"init_method", run.init.method},
      {"init_scale", number(run.init.scale)},
      {"optimizer", o.name},
      {"lr", number(o.lr)},
      {"momentum", number(o.momentum)},
      {"nesterov", on_off(o.nesterov)},
      {"weight_decay", number(o.weight_decay)},
      {"adam_eps", number(o.adam_eps)},
      {"epochs", std::to_string(run.training.epochs)},
      {"batch", std::to_string(run.training.batch)},
      {"seed", std::to_string(run.training.seed)},
      {"shuffle", on_off(run.training.shuffle)},
      {"pixels", trial.pixels},
      {"input_factor", number(trial.inputs.factor)},
      {"input_shift", number(trial.inputs.shift)},
      {"input_middle_factor", number(trial.inputs.middle_factor)},
      {"images", std::to_string(trial.images)},
      {"validation", number(trial.validation)},
      {"steps", std::to_string(trial.steps)},
      {"by_class", on_off(trial.by_class)},
      {"noise", number(trial.noise)},
      {"all_statistics", on_off(trial.all_statistics)},
  };
  std::string text;
  for (const auto& [name, value] : settings) text += std::string(name) + " " + value + "\n";
  return text;
}

}  // namespace bnlab
