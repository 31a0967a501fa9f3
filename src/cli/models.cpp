// bnlab eval: a saved model on a dataset's test images. bnlab fold: one without its batch normalization, which computes
// the same.
#include <cmath>
#include <set>

#include "bnlab/cli/commands.hpp"
#include "bnlab/nn/dropout.hpp"

namespace bnlab {

// --- eval --------------------------------------------------------------------------------------------------------

// Rows: what the images are. Columns: what the model takes them for.
static std::string confusion_table(const std::string& dataset, const Dataset& test, const Tensor& logits) {
  const std::size_t classes = logits.cols();
  std::vector<std::vector<std::size_t>> count(classes, std::vector<std::size_t>(classes));
  for (std::size_t n = 0; n < logits.rows(); ++n) {
    const auto predicted = std::max_element(logits.row(n), logits.row(n) + classes) - logits.row(n);
    ++count[test.labels[n]][static_cast<std::size_t>(predicted)];
  }
  std::string text = "  taken for     ";
  for (std::size_t c = 0; c < classes; ++c) text += format("%5zu", c);
  text += "   accuracy of the class\n";
  for (std::size_t label = 0; label < classes; ++label) {
    std::size_t total = 0;
    text += "  " + label_text(dataset, label);
    for (const std::size_t k : count[label]) {
      total += k;
      text += k == 0 ? "    ." : format("%5zu", k);
    }
    const double accuracy = static_cast<double>(count[label][label]) / static_cast<double>(total);
    text += total == 0 ? "   no image\n" : "   " + percent_with_error({total, 0, accuracy, {}}) + "\n";
  }
  return text;
}

// What happens when batch normalization is left in training mode: the same model, by batch size and order.
static Evaluation show_batch_statistics(Network& network, const Dataset& test, std::size_t batch, ThreadPool& threads,
                                        const Terminal& terminal, Tensor* logits) {
  for (const auto& [name, layer] : network.layers()) {
    if (auto* dropout = dynamic_cast<Dropout*>(layer.get())) dropout->p = 0;
  }
  Subset in_order = whole(test), by_class = in_order;
  std::stable_sort(by_class.indices.begin(), by_class.indices.end(),
                   [&](auto a, auto b) { return test.labels[a] < test.labels[b]; });
  const Evaluation right = evaluate(network, in_order, &threads);
  terminal.say("  Accuracy with running statistics, as it should be: %s\n", percent_with_error(right).c_str());
  terminal.say(
      "  with the statistics of each test batch:\n\n    images per batch   in the file's order   sorted by class\n");
  for (const std::size_t size : std::set<std::size_t>{2, 8, 64, 1000, batch}) {
    if (size > test.count()) continue;
    const Evaluation a = evaluate(network, in_order, &threads, nullptr, Mode::train, size);
    const Evaluation b = evaluate(network, by_class, &threads, nullptr, Mode::train, size);
    terminal.say("    %16zu   %18.2f %%   %13.2f %%\n", size, 100 * a.accuracy, 100 * b.accuracy);
  }
  terminal.say("\n  Each answer now depends on the images that share the batch (docs/batchnorm.md, section 6).\n");
  return evaluate(network, in_order, &threads, logits, Mode::train, batch);
}

int eval_command(const Settings& settings, const Terminal& terminal) {
  const std::string& path = settings.files[0];
  if (!settings.logits.empty()) check_writable(settings.logits);
  ThreadPool threads(settings.threads);
  Model model = load_model(path, settings.activation, &threads);
  const Architecture& a = model.info.architecture;
  const bool running = settings.statistics == "running";
  if (!running && !a.batch_norm) fail("%s: has no batch normalization, so no --statistics to choose", path.c_str());
  if (!running && settings.batch < 2) throw UsageError("--batch: expected 2 or more with --statistics batch, found 1");
  const DatasetPair data = load_data_for(model.info, settings, terminal);
  terminal.say("  data      %s: %s test images\n\n", data.name.c_str(), grouped(data.test.count()).c_str());
  Tensor logits;
  const Evaluation test =
      running ? evaluate(model.network, whole(data.test), &threads, &logits)
              : show_batch_statistics(model.network, data.test, settings.batch, threads, terminal, &logits);
  if (running) {
    terminal.say("%s\n", confusion_table(data.name, data.test, logits).c_str());
    terminal.say("  Test accuracy %s (± is one binomial standard error), loss %.4f.\n",
                 percent_with_error(test).c_str(), test.loss);
  }
  if (!settings.logits.empty()) {
    write_npy(settings.logits, logits);
    terminal.say("  Logits %s are in %s.\n", logits.shape().c_str(), settings.logits.c_str());
  }
  terminal.say("\n");
  std::printf("result model=%s dataset=%s%s test_accuracy=%.6f test_loss=%.*g\n", model_name(a), data.name.c_str(),
              running ? "" : format(" statistics=batch batch=%zu", settings.batch).c_str(), test.accuracy, kLossDigits,
              test.loss);
  return 0;
}

// --- fold --------------------------------------------------------------------------------------------------------

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
