// bnlab eval: a saved model on a dataset's test images.
#include <algorithm>
#include <cstdio>
#include <set>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/confusion.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/origin.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/data/npy.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/train/overflow.hpp"
#include "bnlab/train/population.hpp"

namespace bnlab {
namespace {

void switch_dropout_off(Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    if (auto* dropout = dynamic_cast<Dropout*>(layer.get())) dropout->p = 0;
  }
}

Subset sorted_by_class(const Dataset& test) {
  Subset sorted = all_images(test);
  std::stable_sort(sorted.indices.begin(), sorted.indices.end(),
                   [&](auto a, auto b) { return test.labels[a] < test.labels[b]; });
  return sorted;
}

// What happens when batch normalization is left in training mode: the same model, by batch size and order.
Evaluation show_batch_statistics(Network& network, const std::string& path, const Dataset& test, std::size_t batch,
                                 ThreadPool& threads, const Terminal& terminal, Tensor* logits) {
  switch_dropout_off(network);
  const Subset in_order = all_images(test);
  const Subset by_class = sorted_by_class(test);
  const Evaluation right = evaluate_finite(path, network, in_order, &threads);
  terminal.print("  Accuracy with running statistics (correct): %s\n", percent_with_error(right).c_str());
  terminal.print("  with the statistics of each test batch:\n\n");
  terminal.print("    images per batch   in the file's order   sorted by class\n");
  for (const std::size_t size : std::set<std::size_t>{2, 8, 64, 1000, batch}) {
    if (size > test.count()) continue;
    const Evaluation a = evaluate_finite(path, network, in_order, &threads, nullptr, Mode::train, size);
    const Evaluation b = evaluate_finite(path, network, by_class, &threads, nullptr, Mode::train, size);
    terminal.print("    %16zu   %18.2f %%   %13.2f %%\n", size, 100 * a.accuracy, 100 * b.accuracy);
  }
  terminal.print("\n  Each answer now depends on the images that share the batch (docs/batchnorm.md, section 6).\n");
  return evaluate_finite(path, network, in_order, &threads, logits, Mode::train, batch);
}

// In evaluation mode, with the statistics that the network has.
Evaluation show_test(Network& network, const std::string& path, const DatasetPair& data, ThreadPool& threads,
                     const Terminal& terminal, Tensor* logits) {
  const Evaluation test = evaluate_finite(path, network, all_images(data.test), &threads, logits);
  terminal.print("%s\n", confusion_table(data.name_of("test"), data.test.labels, *logits).c_str());
  terminal.print("  Test accuracy %s (± is one binomial standard error), loss %.4f.\n",
                 percent_with_error(test).c_str(), test.loss);
  return test;
}

// What evaluation would be if the running statistics were exact: those of the training images as they are now.
Evaluation show_population_statistics(Network& network, const std::string& path, const DatasetPair& data,
                                      ThreadPool& threads, const Terminal& terminal, Tensor* logits) {
  const Evaluation running = evaluate(network, all_images(data.test), &threads);
  try {
    estimate_population_statistics(network, all_images(data.train), &threads);
  } catch (const Error& error) {
    fail("%s: %s", path.c_str(), error.what());
  }
  terminal.print("  statistics re-estimated over the %s training images of %s\n\n", grouped(data.train.count()).c_str(),
                 data.name_of("train").c_str());
  const Evaluation test = show_test(network, path, data, threads, terminal, logits);
  if (running.finite) {
    terminal.print("  With the running statistics of the file: %s, loss %.4f.\n", percent_with_error(running).c_str(),
                   running.loss);
  }
  return test;
}

// By --statistics. `logits`: those of all test images.
Evaluation show_evaluation(Model& model, const std::string& path, const DatasetPair& data, const Settings& settings,
                           ThreadPool& threads, const Terminal& terminal, Tensor* logits) {
  Network& network = model.network;
  if (settings.statistics == "batch") {
    return show_batch_statistics(network, path, data.test, settings.training.batch, threads, terminal, logits);
  }
  if (settings.statistics == "population") {
    return show_population_statistics(network, path, data, threads, terminal, logits);
  }
  return show_test(network, path, data, threads, terminal, logits);
}

// " statistics=batch batch=64"; nothing for the usual ones.
std::string statistics_fields(const Settings& settings) {
  if (settings.statistics == "running") return "";
  const std::string batch = settings.statistics == "batch" ? format(" batch=%zu", settings.training.batch) : "";
  return " statistics=" + settings.statistics + batch;
}

}  // namespace

int eval_command(const Settings& settings, const Terminal& terminal) {
  const std::string& path = settings.arguments[0];
  check_outputs(settings);
  ThreadPool threads(settings.threads);
  Model model = load_named_model(path, settings, &threads, terminal);
  const Architecture& architecture = model.info.architecture;
  const bool running = settings.statistics == "running";
  if (!running && !has_running_statistics(architecture.norm)) {
    fail("%s: has no batch normalization, so no --statistics to choose", path.c_str());
  }
  if (settings.statistics == "batch" && settings.training.batch < 2)
    fail_usage("--batch: expected 2 or more with --statistics batch, found 1");

  const DatasetPair data = load_model_data(model.info, path, settings, terminal);
  terminal.print("  data      %s: %s test images\n%s\n", data.name_of("test").c_str(),
                 grouped(data.test.count()).c_str(), describe_origin(data).c_str());
  Tensor logits;
  const Evaluation test = show_evaluation(model, path, data, settings, threads, terminal, &logits);
  if (!settings.logits.empty()) {
    write_npy(settings.logits, logits);
    terminal.print("  Logits %s are in %s.\n", logits.shape().c_str(), shown_path(settings.logits).c_str());
  }
  terminal.print("\n");
  print_result_line("result model=%s dataset=%s%s test_accuracy=%.6f test_loss=%.*g", model_name(architecture),
                    one_word(data.name_of("test")).c_str(), statistics_fields(settings).c_str(), test.accuracy,
                    kLossDigits, test.loss);
  return 0;
}

}  // namespace bnlab
