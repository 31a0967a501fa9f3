#include "bnlab/cli/model_data.hpp"

#include "bnlab/data/dataset_files.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

// The folder of the model's own images, if there is one: of the full set, or of a sample.
std::optional<std::string> own_folder(const ModelInfo& info) {
  const bool is_name = !info.dataset.empty() && info.dataset.find('/') == std::string::npos && info.dataset[0] != '.';
  if (!is_name) return {};
  for (const std::string& folder :
       {"data/" + info.dataset, "data/" + info.dataset + "-sample", "data/emnist/" + info.dataset}) {
    if (is_dataset(folder)) return folder;
  }
  return {};
}

std::string describe_own_images(const ModelInfo& info, const DatasetPair& data) {
  if (info.dataset.empty()) return " (activation as --activation says)";
  const std::string trained_on = ", trained on " + info.dataset;
  if (is_same_set(info, data)) return trained_on;
  const std::string others = info.dataset == data.name ? "another set of that name" : data.name;
  return trained_on + ", not on these images (" + others + ")";
}

std::string shape_of_inputs(const ModelInfo& info) {
  const std::vector<std::size_t>& shape = info.trained_on.shape;
  return shape.empty() ? "" : " (" + joined(shape, " x ") + ")";
}

// Error: the model takes images of another size or shape.
void expect_fit(const ModelInfo& info, const std::string& path, const DatasetPair& data) {
  const Dataset& images = data.train;
  const std::vector<std::size_t> shape = {images.channels, images.height, images.width};
  const std::vector<std::size_t>& expected = info.trained_on.shape;
  const bool same_size = info.architecture.inputs == images.features();
  if (same_size && (expected.empty() || expected == shape)) return;
  fail("%s: the model takes %zu inputs%s, the images of %s have %zu pixels (%s); choose others with --data",
       path.c_str(), info.architecture.inputs, shape_of_inputs(info).c_str(), data.name.c_str(), images.features(),
       joined(shape, " x ").c_str());
}

}  // namespace

DatasetPair load_data_for(const ModelInfo& info, const std::string& path, const std::string& folder,
                          const DatasetOptions& options) {
  DatasetOptions as_the_model = options;
  as_the_model.classes = info.architecture.classes;
  as_the_model.classes_from = "the model " + path + " has";
  DatasetPair data = load_datasets(folder, as_the_model);
  if (options.transpose == "auto") turn_as_trained(info, data);
  expect_fit(info, path, data);
  return data;
}

DatasetPair load_model_data(const ModelInfo& info, const std::string& path, const Settings& settings,
                            const Terminal& terminal) {
  const std::optional<std::string> own = own_folder(info);
  const bool named = settings.was_given({"--data"});
  const DatasetPair data = load_data_for(info, path, own && !named ? *own : settings.data, settings.dataset);
  terminal.print("  model     %s: %s%s\n", path.c_str(), info.architecture.describe().c_str(),
                 describe_own_images(info, data).c_str());
  return data;
}

}  // namespace bnlab
