// bnlab fold: folds batch normalization into a Linear beside it.
#include "bnlab/train/fold.hpp"

#include <cmath>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/overflow.hpp"

namespace bnlab {
namespace {

Model fold_model(const Model& model, const std::string& path, ThreadPool& threads) {
  try {
    return fold_batch_norm(model, &threads);
  } catch (const Error& problem) {
    fail("%s: %s", path.c_str(), problem.what());
  }
}

// |a - b| / |a| of the logits of random images: no dataset is needed to see that the two agree. Error: the model of
// that file overflows.
double relative_difference(Network& network, Network& folded, std::size_t count, std::size_t inputs,
                           const std::string& path) {
  Random random(0, "fold");
  Tensor images({count, inputs});
  for (real& pixel : images.stored()) pixel = static_cast<real>(random.uniform(-1, 1));
  for (Network* each : {&network, &folded}) expect_no_overflow(path, *each, images);
  const Tensor& a = network.forward(images, Mode::eval);
  const Tensor& b = folded.forward(images, Mode::eval);
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a.stored()[i]);
    difference = std::hypot(difference, x - static_cast<double>(b.stored()[i]));  // does not overflow, as squares do
    size = std::hypot(size, x);
  }
  return size > 0 ? difference / size : difference;  // all logits may be 0
}

}  // namespace

int fold_command(const Settings& settings, const Terminal& terminal) {
  const std::string& path = settings.arguments[0];
  check_outputs(settings);
  ThreadPool threads(settings.threads);
  Model model = load_named_model(path, settings, &threads, terminal);
  Model plain = fold_model(model, path, threads);
  constexpr std::size_t kImages = 256;
  const double difference =
      relative_difference(model.network, plain.network, kImages, model.info.architecture.inputs, path);
  save_model(settings.save, plain);
  terminal.print("  %s, folded: %s parameters instead of %s\n", model.info.architecture.describe().c_str(),
                 grouped(plain.info.architecture.parameter_count()).c_str(),
                 grouped(model.info.architecture.parameter_count()).c_str());
  terminal.print("  Logits of %zu random images differ by %.1e (relative). Saved as %s.\n", kImages, difference,
                 shown_path(settings.save).c_str());
  return 0;
}

}  // namespace bnlab
