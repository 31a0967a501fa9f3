#include "bnlab/cli/printing.hpp"

#include "bnlab/cli/origin.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/data/class_names.hpp"

namespace bnlab {

std::string counted(std::size_t number, const char* noun) {
  return format("%zu %s%s", number, noun, number == 1 ? "" : "s");
}

std::string describe_run(const DatasetPair& data, const Split& split, const std::string& network,
                         const RunSettings& run, std::size_t threads, std::size_t seeds) {
  const TrainSettings& training = run.training;
  const std::string images =
      format("%s: %s training, %s validation, %s test images of %s", data.name.c_str(),
             grouped(split.train.indices.size()).c_str(), grouped(split.validation.indices.size()).c_str(),
             grouped(data.test.count()).c_str(), data.train.shape().c_str());
  const std::string weights = run.init == InitOptions() ? "" : ", " + run.init.describe();
  const std::string settings =
      format("%s, batch %zu, %s%s, %s, %s%s", counted(training.epochs, "epoch").c_str(), training.batch,
             run.optimizer.describe().c_str(), weights.c_str(), seeds_text(training.seed, seeds).c_str(),
             counted(threads, "thread").c_str(), training.shuffle ? "" : ", no shuffling");
  return "  data      " + images + "\n" + describe_origin(data) + "  network   " + network + "\n  training  " +
         settings + "\n";
}

std::string describe_scale(const PixelScale& scale) {
  const std::string mean = scale.means.empty() ? shortest_decimal(scale.mean) : "its mean";
  const std::string deviation = scale.deviations.empty() ? shortest_decimal(scale.deviation) : "its deviation";
  return format("(pixel / 255 - %s) / %s", mean.c_str(), deviation.c_str());
}

std::string describe_inputs(const PixelScale& scale) {
  if (scale == PixelScale()) return "";
  const std::string own = scale.is_per_pixel() ? ", each pixel by its own over the training images" : "";
  return "  inputs    " + describe_scale(scale) + own + "\n";
}

std::string seeds_text(std::uint64_t first, std::size_t count) {
  if (count == 1) return "seed " + std::to_string(first);
  return "seeds " + std::to_string(first) + " to " + std::to_string(first + count - 1);
}

std::string percent_with_error(const Evaluation& test) {
  return format("%.2f %% ± %.2f", 100 * test.accuracy, 100 * accuracy_error(test.accuracy, test.count));
}

std::string label_text(const std::string& dataset, std::size_t label) {
  const std::string number = std::to_string(label);
  const std::string name = class_name(dataset, label);
  const std::string text = name == number ? number : number + " " + name;
  return format("%-14s", text.c_str());
}

std::string describe_divergence(const Run& run) {
  if (run.training.step == 0) {
    return format(
        "%s: the loss is not finite at step 1, before any update: "
        "the network overflows with the weights that it starts from; it is not the learning rate",
        model_name(run.settings.architecture));
  }
  const double lr = run.settings.optimizer.lr;
  return format("%s: the loss became non-finite (diverged) at step %zu with learning rate %g; try --lr %g or less",
                model_name(run.settings.architecture), run.training.diverged_at_step, lr, lr / 10);
}

}  // namespace bnlab
