// bnlab fold: a model without its batch normalization, which computes the same.
#include <cmath>

#include "bnlab/cli/commands.hpp"

namespace bnlab {

int fold_command(const Settings& settings, const Terminal& terminal) {
  check_writable(settings.save);
  ThreadPool threads(settings.threads);
  Model model = load_model(settings.files[0], settings.activation, &threads);
  if (!model.info.architecture.batch_norm) {
    fail("%s: expected a model with batch normalization to fold, found a plain one", settings.files[0].c_str());
  }
  Model plain = fold_batch_norm(model, &threads);
  // On random images: no dataset is needed to see that the two agree.
  Random random(0, "fold");
  Tensor images({256, model.info.architecture.inputs});
  for (real& pixel : images.stored()) pixel = static_cast<real>(random.uniform(-1, 1));
  const Tensor &a = model.network.forward(images, Mode::eval), &b = plain.network.forward(images, Mode::eval);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a.stored()[i] - b.stored()[i]), 2);
    size += std::pow(static_cast<double>(a.stored()[i]), 2);
  }
  save_model(settings.save, plain.network, metadata_of(plain.info));
  terminal.say("  %s, folded: %s parameters instead of %s\n", model.info.architecture.describe().c_str(),
               grouped(plain.info.architecture.parameter_count()).c_str(),
               grouped(model.info.architecture.parameter_count()).c_str());
  terminal.say("  Logits of 256 random images differ by %.1e of their size. Saved as %s.\n",
               std::sqrt(difference / size), settings.save.c_str());
  return 0;
}

}  // namespace bnlab
