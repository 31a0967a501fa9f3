// bnlab predict: a saved model on single images.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/pnm.hpp"
#include "bnlab/lab/drawing.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {
namespace {

// An image as the network takes it.
struct InputImage {
  std::string title;  // for the reader
  std::string name;   // in the result line
  Picture picture;
  std::optional<std::size_t> label = {};
};

InputImage image_of_dataset(const std::string& number, const DatasetPair& data, const std::string& part) {
  const Dataset& set = data.part(part);
  constexpr std::size_t kDigits = 10;  // more digits than any number of an image has
  const std::size_t i = number.size() < kDigits ? std::strtoul(number.c_str(), nullptr, 10) : SIZE_MAX;
  if (i >= set.count()) {
    fail("%s: expected an image of %s from 0 to %zu, or a file", shown(number).c_str(), data.name.c_str(),
         set.count() - 1);
  }
  const std::size_t label = set.labels[i];
  return {.title = format("%s image %zu of %s: %s", part.c_str(), i, data.name.c_str(),
                          class_name(data.name, label).c_str()),
          .name = std::to_string(i),
          .picture = picture_of(set, i),
          .label = label};
}

std::size_t rounded_root(std::size_t n) {
  return static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n))));
}

InputImage image_of_file(const std::string& path, const ModelInfo& info) {
  // No number is both a square and three times one, so the input size determines grey or colour.
  const std::size_t inputs = info.architecture.inputs;
  const bool grey = rounded_root(inputs) * rounded_root(inputs) == inputs;
  const std::size_t channels = grey ? 1 : 3;
  const std::size_t side = rounded_root(inputs / channels);
  if (side * side * channels != inputs) {
    fail("%s: expected a model for square images, so that a file can be made to fit; it takes %zu numbers",
         path.c_str(), inputs);
  }
  const Picture drawn = read_pnm(path);
  const bool digit = is_mnist(info.dataset) && inputs == 784;
  const char* const preparation = digit ? "prepared as MNIST's digits were" : "resized to fit";
  try {
    return {.title = format("%s, %zu x %zu, %s", shown_path(path).c_str(), drawn.width, drawn.height, preparation),
            .name = one_word(std::filesystem::path(path).filename().string()),
            .picture = digit ? as_mnist(drawn) : fit(drawn, channels, side, side)};
  } catch (const Error& problem) {
    fail("%s: %s", path.c_str(), problem.what());
  }
}

// [classes]
std::vector<double> class_probabilities(Network& network, const Picture& picture) {
  const Dataset one{.channels = picture.channels,
                    .height = picture.height,
                    .width = picture.width,
                    .classes = 256,
                    .pixels = picture.pixels,
                    .labels = {0}};
  Batch batch;
  batch.load(all_images(one), 0, 1, nullptr);
  SoftmaxCrossEntropy criterion;
  criterion.forward(network.forward(batch.images, Mode::eval), batch.labels);
  const Tensor& p = criterion.probabilities();
  return {p.row(0), p.row(0) + p.cols()};
}

std::size_t argmax(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

// The image, and beside it each class with its probability.
void draw_prediction(const InputImage& image, const std::vector<double>& p, const std::string& dataset, Colours colours,
                     const Terminal& terminal) {
  std::vector<std::string> lines = draw_picture(image.picture, colours);
  const std::string blank(image.picture.width, ' ');
  lines.resize(std::max(lines.size(), p.size() + 1), blank);
  const std::size_t best = argmax(p);
  for (std::size_t k = 0; k < p.size(); ++k) {
    lines[k] += format("   %s %s %6.2f %%  %s", k == best ? ">" : " ", label_text(dataset, k).c_str(), 100 * p[k],
                       bar(p[k], 24).c_str());
  }
  terminal.print("  %s\n\n", image.title.c_str());
  for (const std::string& line : lines) terminal.print("  %s\n", without_trailing_spaces(line).c_str());
  terminal.print("\n");
}

void print_prediction(const InputImage& image, const std::vector<double>& p, const Architecture& architecture) {
  const std::size_t best = argmax(p);
  const std::string label = image.label ? format(" label=%zu", *image.label) : "";
  std::printf("result model=%s image=%s%s prediction=%zu probability=%.6f\n", model_name(architecture),
              image.name.c_str(), label.c_str(), best, p[best]);
}

bool is_number(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

int predict_command(const Settings& settings, const Terminal& terminal) {
  const std::string& path = settings.arguments[0];
  ThreadPool threads(settings.threads);
  Model model = load_model(path, settings.architecture.activation, &threads);
  check_outputs(settings);
  std::optional<DatasetPair> data;  // loaded at the first index
  for (std::size_t i = 1; i < settings.arguments.size(); ++i) {
    const std::string& word = settings.arguments[i];
    if (is_number(word) && !data) {
      data = load_model_data(model.info, path, settings, terminal);
      terminal.print("\n");
    }
    const InputImage image =
        is_number(word) ? image_of_dataset(word, *data, settings.part) : image_of_file(word, model.info);
    const std::vector<double> p = class_probabilities(model.network, image.picture);
    if (i > 1) terminal.print("\n");
    draw_prediction(image, p, model.info.dataset, terminal.colours(settings.colours), terminal);
    print_prediction(image, p, model.info.architecture);
  }
  return 0;
}

}  // namespace bnlab
