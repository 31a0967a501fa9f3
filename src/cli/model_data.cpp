#include "bnlab/cli/model_data.hpp"

#include <algorithm>

#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/dataset_files.hpp"
#include "bnlab/data/identify.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

// Where the images of that set may be: the full set, or a sample.
std::vector<std::string> folders_of(const std::string& set) {
  return {"data/" + set, "data/" + set + "-sample", "data/emnist/" + set};
}

// The folder of the model's own images, if there is one: the first that has all files.
std::optional<std::string> own_folder(const ModelInfo& info) {
  // The name comes from a file: not every text is that of a folder in data/.
  const std::string& name = info.dataset;
  const bool is_name = one_word(name) == name && name.find('/') == std::string::npos && name[0] != '.';
  if (!is_name) return {};
  std::vector<std::string> folders = folders_of(name);
  if (const KnownSet* known = set_of_folder_name(name)) {
    for (const std::string& folder : folders_of(known->name)) folders.push_back(folder);
  }
  for (const std::string& folder : folders) {
    if (has_all_files(folder)) return folder;
  }
  const auto incomplete = std::find_if(folders.begin(), folders.end(), is_dataset);
  return incomplete == folders.end() ? std::nullopt : std::optional(*incomplete);
}

// What to call images of that part that are not the model's.
std::string name_of_others(const ModelInfo& info, const DatasetPair& data, const std::string& part) {
  const bool is_test_of_another = part == "test" && !data.origin.parts_agree;
  if (is_test_of_another && data.origin.test_set.empty()) return "of no set that is known here";
  const std::string& name = data.name_of(part);
  return name == info.dataset ? "another set of that name" : name;
}

std::string describe_own_images(const ModelInfo& info, const DatasetPair& data, const std::string& part) {
  if (info.dataset.empty()) return "";
  const std::string trained_on = ", trained on " + shown(info.dataset);
  const SameSet same = is_same_set(info, data, part);
  if (same == SameSet::yes) return trained_on;
  const char* perhaps = same == SameSet::unsure ? "perhaps " : "";
  return trained_on + ", " + perhaps + "not on these images (" + name_of_others(info, data, part) + ")";
}

// What the file does not say, and what is assumed instead.
std::string describe_assumptions(const ModelInfo& info, bool activation_given) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  const std::string& activation = info.architecture.activation;
  if (info.assumed.activation && activation_given) add("activation " + activation + " (as --activation says)");
  if (info.assumed.activation && !activation_given) add("activation " + activation + " (--activation says otherwise)");
  if (info.assumed.eps) add("eps " + shortest_decimal(info.architecture.norm_options.eps));
  if (info.assumed.place) add("normalization before the activation");
  if (info.assumed.pixels) add("inputs " + describe_scale(info.scale));
  return text;
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

Model load_named_model(const std::string& path, const Settings& settings, ThreadPool* threads,
                       const Terminal& terminal) {
  const std::string& activation = settings.architecture.activation;
  const bool given = settings.was_given({"--activation"});
  Model model = load_model(path, activation, threads);
  ModelInfo& info = model.info;
  if (given && info.architecture.activation != activation) {
    fail("%s: its metadata says that the activation is %s, --activation says %s; leave it out", path.c_str(),
         info.architecture.activation.c_str(), activation.c_str());
  }
  const std::string assumed = describe_assumptions(info, given);
  if (!assumed.empty()) terminal.print("  assumed   %s: the file does not say\n", assumed.c_str());
  if (given) info.assumed.activation = false;
  terminal.print("%s", describe_inputs(info.scale).c_str());
  return model;
}

DatasetPair load_data_for(const ModelInfo& info, const std::string& path, const std::string& folder,
                          const DatasetOptions& options) {
  DatasetOptions as_the_model = options;
  as_the_model.classes = info.architecture.classes;
  as_the_model.classes_from = "the model " + path + " has";
  DatasetPair data = load_datasets(folder, as_the_model);
  if (options.transpose == "auto") turn_as_trained(info, data);
  expect_fit(info, path, data);
  set_scale(data, info.scale);
  return data;
}

DatasetPair load_model_data(const ModelInfo& info, const std::string& path, const Settings& settings,
                            const Terminal& terminal) {
  const std::optional<std::string> own = own_folder(info);
  const bool named = settings.was_given({"--data"});
  const DatasetPair data = load_data_for(info, path, own && !named ? *own : settings.data, settings.dataset);
  check_outputs(settings, data.files);
  terminal.print("  model     %s: %s%s\n", shown_path(path).c_str(), info.architecture.describe().c_str(),
                 describe_own_images(info, data, settings.part).c_str());
  return data;
}

}  // namespace bnlab
