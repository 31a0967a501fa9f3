#include "bnlab/cli/model_data.hpp"

#include <filesystem>

#include "bnlab/cli/outputs.hpp"

namespace bnlab {

// The folder of the model's own images, if there is one.
static std::optional<std::string> own_folder(const ModelInfo& info) {
  // The name comes from a file: not every text is that of a folder in data/.
  const std::string& name = info.dataset;
  const bool is_name = one_word(name) == name && name.find('/') == std::string::npos && name != "." && name != "..";
  if (!is_name) return {};
  const std::string folder = "data/" + name;
  std::error_code ignored;  // what cannot be looked at is not there
  if (!std::filesystem::is_directory(folder, ignored)) return {};
  return folder;
}

static std::string describe_origin(const ModelInfo& info, const DatasetPair& data) {
  if (info.dataset.empty()) return " (activation as --activation says)";
  const std::string origin = ", trained on " + shown(info.dataset);
  return info.dataset == data.name ? origin : origin + ", not on these images";
}

void expect_fit(const std::string& path, const Architecture& a, const DatasetPair& data) {
  if (a.inputs == data.train.features() && a.classes == data.train.classes) return;
  fail(
      "%s: the model takes %zu inputs and has %zu classes, the images of %s have %zu pixels and %zu classes; choose "
      "others with --data",
      path.c_str(), a.inputs, a.classes, data.name.c_str(), data.train.features(), data.train.classes);
}

DatasetPair load_model_data(const ModelInfo& info, const std::string& path, const Settings& settings,
                            const Terminal& terminal) {
  const std::optional<std::string> own = own_folder(info);
  const bool named = settings.was_given({"--data"});
  const DatasetPair data = load_datasets(own && !named ? *own : settings.data);
  check_outputs(settings, data.files);
  expect_fit(path, info.architecture, data);
  terminal.print("  model     %s: %s%s\n", shown_path(path).c_str(), info.architecture.describe().c_str(),
                 describe_origin(info, data).c_str());
  return data;
}

}  // namespace bnlab
