// bnlab predict: a saved model on single images.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/model_data.hpp"
#include "bnlab/cli/origin.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/pnm.hpp"
#include "bnlab/lab/figures/drawing.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/train/overflow.hpp"

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
  const std::string& name = data.name_of(part);
  const std::size_t i = parse_whole_number(number).value_or(SIZE_MAX);
  if (i >= set.count()) {
    fail("%s: expected an image of %s from 0 to %zu, or a file", shown(number).c_str(), name.c_str(), set.count() - 1);
  }
  const std::size_t label = set.labels[i];
  return {.title = format("%s image %zu of %s: %s", part.c_str(), i, name.c_str(), class_name(name, label).c_str()),
          .name = std::to_string(i),
          .picture = picture_of(set, i),
          .label = label};
}

std::size_t rounded_root(std::size_t n) {
  return static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n))));
}

// The channels, height and width of the images that the model takes: as its file says, otherwise square. No number is
// both a square and three times one, so the number of inputs then tells grey from colour.
std::vector<std::size_t> input_shape(const ModelInfo& info, const std::string& path) {
  if (!info.trained_on.shape.empty()) return info.trained_on.shape;
  const std::size_t inputs = info.architecture.inputs;
  const bool grey = rounded_root(inputs) * rounded_root(inputs) == inputs;
  const std::size_t channels = grey ? 1 : 3;
  const std::size_t side = rounded_root(inputs / channels);
  if (side * side * channels != inputs) {
    fail(
        "%s: expected a model for square images, or one that says their shape, so that a file can be made to fit; it "
        "takes %zu numbers",
        path.c_str(), inputs);
  }
  return {channels, side, side};
}

// How the images of some sets were made from scans, which drawings are best made by, too.
struct Preparation {
  const char* text;
  Picture (*prepare)(const Picture& drawing);  // null: there is none
};

Preparation preparation_for(const ModelInfo& info, const std::vector<std::size_t>& shape) {
  const bool has_their_shape = shape == std::vector<std::size_t>{1, 28, 28};
  if (has_their_shape && is_mnist(info.dataset)) return {"prepared as MNIST's digits were", as_mnist};
  if (has_their_shape && is_emnist(info.dataset)) return {"prepared as EMNIST's characters were", as_emnist};
  return {"resized to fit", nullptr};
}

// The drawing as the network takes it. A network that has seen EMNIST's images as they are stored has seen them
// transposed.
Picture prepared(const Picture& drawing, const ModelInfo& info, const Preparation& preparation,
                 const std::vector<std::size_t>& shape) {
  const bool sees_transposed = info.trained_on.transpose == "off";
  if (preparation.prepare != nullptr) {
    const Picture upright = preparation.prepare(drawing);
    return sees_transposed ? transposed(upright) : upright;
  }
  return fit(sees_transposed ? transposed(drawing) : drawing, shape[0], shape[1], shape[2]);
}

InputImage image_of_file(const std::string& path, const ModelInfo& info) {
  const std::vector<std::size_t> shape = input_shape(info, path);
  const Picture drawn = read_pnm(path);
  const Preparation preparation = preparation_for(info, shape);
  try {
    return {.title = format("%s, %zu x %zu, %s", shown_path(path).c_str(), drawn.width, drawn.height, preparation.text),
            .name = one_word(std::filesystem::path(path).filename().string()),
            .picture = prepared(drawn, info, preparation, shape)};
  } catch (const Error& problem) {
    fail("%s: %s", path.c_str(), problem.what());
  }
}

// [classes]. Error: the model, of that file, overflows.
std::vector<double> class_probabilities(Network& network, const Picture& picture, const PixelScale& scale,
                                        const std::string& path) {
  const Dataset one{.channels = picture.channels,
                    .height = picture.height,
                    .width = picture.width,
                    .classes = 256,
                    .pixels = picture.pixels,
                    .labels = {0},
                    .scale = scale};
  Batch batch;
  batch.load(all_images(one), 0, 1, nullptr);
  expect_no_overflow(path, network, batch.images);
  SoftmaxCrossEntropy criterion;
  criterion.forward(network.forward(batch.images, Mode::eval), batch.labels);
  const Tensor& p = criterion.probabilities();
  return {p.row(0), p.row(0) + p.cols()};
}

std::size_t argmax(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

// The classes in order, if there are at most 10; otherwise the 10 most probable ones, the most probable first.
std::vector<std::size_t> classes_to_show(const std::vector<double>& p) {
  constexpr std::size_t kMost = 10;
  std::vector<std::size_t> classes(p.size());
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  if (p.size() <= kMost) return classes;
  std::stable_sort(classes.begin(), classes.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  classes.resize(kMost);
  return classes;
}

// The image, and beside it classes with their probabilities.
void draw_prediction(const InputImage& image, const std::vector<double>& p, const std::string& dataset, Colours colours,
                     const Terminal& terminal) {
  std::vector<std::string> lines = draw_picture(image.picture, colours);
  const std::vector<std::size_t> classes = classes_to_show(p);
  const std::string blank(image.picture.width, ' ');
  lines.resize(std::max(lines.size(), classes.size() + 1), blank);
  const std::size_t best = argmax(p);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::size_t k = classes[i];
    lines[i] += format("   %s %s %6.2f %%  %s", k == best ? ">" : " ", label_text(dataset, k).c_str(), 100 * p[k],
                       bar(p[k], 24).c_str());
  }
  terminal.print("  %s\n\n", image.title.c_str());
  for (const std::string& line : lines) terminal.print("  %s\n", without_trailing_spaces(line).c_str());
  terminal.print("\n");
}

void print_prediction(const InputImage& image, const std::vector<double>& p, const Architecture& architecture) {
  const std::size_t best = argmax(p);
  const std::string label = image.label ? format(" label=%zu", *image.label) : "";
  print_result_line("result model=%s image=%s%s prediction=%zu probability=%.6f", model_name(architecture),
                    image.name.c_str(), label.c_str(), best, p[best]);
}

bool is_number(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

int predict_command(const Settings& settings, const Terminal& terminal) {
  const std::string& path = settings.arguments[0];
  ThreadPool threads(settings.threads);
  Model model = load_named_model(path, settings, &threads, terminal);
  check_outputs(settings);
  std::optional<DatasetPair> data;  // loaded at the first index
  for (std::size_t i = 1; i < settings.arguments.size(); ++i) {
    const std::string& word = settings.arguments[i];
    if (is_number(word) && !data) {
      data = load_model_data(model.info, path, settings, terminal);
      terminal.print("  data      %s\n%s\n", data->name_of(settings.part).c_str(), describe_origin(*data).c_str());
    }
    const InputImage image =
        is_number(word) ? image_of_dataset(word, *data, settings.part) : image_of_file(word, model.info);
    const std::vector<double> p = class_probabilities(model.network, image.picture, model.info.scale, path);
    if (i > 1) terminal.print("\n");
    draw_prediction(image, p, model.info.dataset, terminal.colours(settings.colours), terminal);
    print_prediction(image, p, model.info.architecture);
  }
  return 0;
}

}  // namespace bnlab
