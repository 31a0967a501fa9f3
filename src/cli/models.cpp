// bnlab eval: a saved model on a dataset's test images. bnlab predict: on single images. bnlab fold: one without its
// batch normalization, which computes the same. bnlab show: a dataset's images in the terminal.
#include <cmath>
#include <set>

#include "bnlab/cli/commands.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/npy.hpp"
#include "bnlab/data/pnm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/train/fold.hpp"

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
  Subset in_order = all_images(test), by_class = in_order;
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
  if (!running && a.norm != "batch") fail("%s: has no batch normalization, so no --statistics to choose", path.c_str());
  if (!running && settings.batch < 2) throw UsageError("--batch: expected 2 or more with --statistics batch, found 1");
  const DatasetPair data = load_data_for(model.info, settings, terminal);
  terminal.say("  data      %s: %s test images\n\n", data.name.c_str(), grouped(data.test.count()).c_str());
  Tensor logits;
  const Evaluation test =
      running ? evaluate(model.network, all_images(data.test), &threads, &logits)
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

// --- predict -----------------------------------------------------------------------------------------------------

namespace {

// The image that a word stands for, as the network takes it; `label` where there is one.
struct Subject {
  std::string title, name;
  Picture picture;
  std::optional<std::size_t> label;
};

Subject from_dataset(const std::string& number, const DatasetPair& data, const std::string& part) {
  const Dataset& set = data.part(part);
  const std::size_t i = number.size() < 10 ? std::strtoul(number.c_str(), nullptr, 10) : SIZE_MAX;
  if (i >= set.count()) {
    fail("%s: expected an image of %s from 0 to %zu, or a file", number.c_str(), data.name.c_str(), set.count() - 1);
  }
  return {format("%s image %zu of %s: %s", part.c_str(), i, data.name.c_str(),
                 class_name(data.name, set.labels[i]).c_str()),
          std::to_string(i), picture_of(set, i), set.labels[i]};
}

Subject from_file(const std::string& path, const ModelInfo& info) {
  // No number is both a square and three times one: the inputs tell grey from colour.
  const auto root = [](std::size_t n) {
    return static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n))));
  };
  const std::size_t inputs = info.architecture.inputs, channels = root(inputs) * root(inputs) == inputs ? 1 : 3;
  const std::size_t side = root(inputs / channels);
  if (side * side * channels != inputs) {
    fail("%s: expected a model for square images, so that a file can be made to fit; it takes %zu numbers",
         path.c_str(), inputs);
  }
  const Picture drawn = read_pnm(path);
  const bool digit = is_mnist(info.dataset) && inputs == 784;
  try {
    return {format("%s, %zu x %zu, %s", path.c_str(), drawn.width, drawn.height,
                   digit ? "prepared as MNIST's digits were" : "resized to fit"),
            one_word(std::filesystem::path(path).filename().string()),
            digit ? as_mnist(drawn) : fit(drawn, channels, side, side),
            {}};
  } catch (const Error& problem) {
    fail("%s: %s", path.c_str(), problem.what());
  }
}

// [classes]
std::vector<double> probabilities_of(Network& network, const Picture& picture) {
  Dataset one{picture.channels, picture.height, picture.width, 256, picture.pixels, {0}};
  Batch batch;
  batch.load(all_images(one), 0, 1, nullptr);
  SoftmaxCrossEntropy criterion;
  criterion.forward(network.forward(batch.images, Mode::eval), batch.labels);
  const Tensor& p = criterion.probabilities();
  return {p.row(0), p.row(0) + p.cols()};
}

}  // namespace

int predict_command(const Settings& settings, const Terminal& terminal) {
  ThreadPool threads(settings.threads);
  Model model = load_model(settings.files[0], settings.activation, &threads);
  std::optional<DatasetPair> data;
  for (std::size_t i = 1; i < settings.files.size(); ++i) {
    const std::string& word = settings.files[i];
    const bool number = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
    if (number && !data) {
      data = load_data_for(model.info, settings, terminal);
      terminal.say("\n");
    }
    const Subject subject = number ? from_dataset(word, *data, settings.part) : from_file(word, model.info);
    const std::vector<double> p = probabilities_of(model.network, subject.picture);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    std::vector<std::string> lines = draw_picture(subject.picture, terminal.colours(settings.colours));
    lines.resize(std::max(lines.size(), p.size() + 1), std::string(subject.picture.width, ' '));
    terminal.say("%s  %s\n\n", i > 1 ? "\n" : "", subject.title.c_str());
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (k < p.size()) {
        lines[k] += format("   %s %s %6.2f %%  %s", k == best ? ">" : " ", label_text(model.info.dataset, k).c_str(),
                           100 * p[k], bar(p[k], 24).c_str());
      }
      terminal.say("  %s\n", without_trailing_spaces(lines[k]).c_str());
    }
    terminal.say("\n");
    std::printf("result model=%s image=%s%s prediction=%zu probability=%.6f\n", model_name(model.info.architecture),
                subject.name.c_str(), subject.label ? format(" label=%zu", *subject.label).c_str() : "", best, p[best]);
  }
  return 0;
}

// --- fold --------------------------------------------------------------------------------------------------------

int fold_command(const Settings& settings, const Terminal& terminal) {
  check_writable(settings.save);
  ThreadPool threads(settings.threads);
  Model model = load_model(settings.files[0], settings.activation, &threads);
  if (model.info.architecture.norm != "batch") {
    fail("%s: expected a model with batch normalization to fold, found a %s one", settings.files[0].c_str(),
         model_name(model.info.architecture));
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

// --- show --------------------------------------------------------------------------------------------------------

static std::vector<std::size_t> class_counts(const Dataset& set) {
  std::vector<std::size_t> counts(set.classes);
  for (const std::uint8_t label : set.labels) ++counts[label];
  return counts;
}

static std::string balance_table(const DatasetPair& data) {
  const auto train = class_counts(data.train), test = class_counts(data.test);
  const double most = static_cast<double>(*std::max_element(train.begin(), train.end()));
  std::string text = format("  %-14s %9s %9s\n", "class", "training", "test");
  for (std::size_t c = 0; c < train.size(); ++c) {
    text += "  " + label_text(data.name, c) +
            format(" %9s %9s  ", grouped(train[c]).c_str(), grouped(test[c]).c_str()) +
            bar(static_cast<double>(train[c]) / most, 24) + "\n";
  }
  return text;
}

int show_command(const Settings& settings, const Terminal& terminal) {
  const DatasetPair data = load_datasets(settings.data);
  const Dataset& set = data.part(settings.part);
  if (settings.first >= set.count()) {
    fail("--first: expected a number from 0 to %zu, found %zu", set.count() - 1, settings.first);
  }
  terminal.say("  %s: %s training, %s test images of %s\n\n%s\n", data.name.c_str(),
               grouped(data.train.count()).c_str(), grouped(data.test.count()).c_str(), set.shape().c_str(),
               balance_table(data).c_str());
  const std::size_t end = std::min(settings.first + settings.count, set.count());
  const std::size_t cell = std::max<std::size_t>(set.width, 20) + 2;
  const std::size_t across = std::max<std::size_t>((terminal.columns() - 2) / cell, 1);
  for (std::size_t begin = settings.first; begin < end; begin += across) {
    std::vector<std::string> lines(2 + (set.height + 1) / 2, " ");
    for (std::size_t i = begin; i < std::min(begin + across, end); ++i) {
      lines[0] += format(" %-*s", static_cast<int>(cell - 1),
                         format("%zu: %s", i, class_name(data.name, set.labels[i]).c_str()).c_str());
      const std::vector<std::string> drawn = draw_picture(picture_of(set, i), terminal.colours(settings.colours));
      for (std::size_t k = 0; k < drawn.size(); ++k)
        lines[1 + k] += " " + drawn[k] + std::string(cell - 1 - set.width, ' ');
    }
    for (const std::string& line : lines) terminal.say("%s\n", without_trailing_spaces(line).c_str());
  }
  return 0;
}

}  // namespace bnlab
