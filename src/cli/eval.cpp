// bnlab eval: a saved model on a dataset's test images.
#include <cstdio>

#include "bnlab/cli/commands.hpp"
#include "bnlab/core/error.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

int eval_command(const Settings& settings, const Terminal& terminal) {
  ThreadPool threads(thread_count(settings));
  Model model = load_model(settings.model, settings.activation, &threads);
  const Architecture& a = model.info.architecture;
  const DatasetPair data = load_datasets(settings.data);
  expect_fit(settings.model, a, data);
  terminal.say("  model     %s: %s%s\n", settings.model.c_str(), a.describe().c_str(),
               model.info.dataset.empty() ? "" : (", trained on " + model.info.dataset).c_str());
  terminal.say("  data      %s: %s test images\n\n", data.name.c_str(), grouped(data.test.count()).c_str());
  const Evaluation test = evaluate(model.network, whole(data.test), &threads);
  terminal.say("  Test accuracy %s (± is one binomial standard error), loss %.4f.\n\n",
               percent_with_error(test).c_str(), test.loss);
  std::printf("result model=%s dataset=%s test_accuracy=%.6f test_loss=%.9g\n", model_name(a), data.name.c_str(),
              test.accuracy, test.loss);
  return 0;
}

}  // namespace bnlab
