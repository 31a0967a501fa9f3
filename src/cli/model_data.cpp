#include "bnlab/cli/model_data.hpp"

#include <filesystem>

#include "bnlab/cli/outputs.hpp"
#include "bnlab/core/number.hpp"

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
  if (info.dataset.empty()) return "";
  const std::string origin = ", trained on " + shown(info.dataset);
  return info.dataset == data.name ? origin : origin + ", not on these images";
}

// "(pixel / 255 - 0.5) / 0.5"
static std::string describe_scale(const PixelScale& scale) {
  return format("(pixel / 255 - %s) / %s", shortest_decimal(scale.mean).c_str(),
                shortest_decimal(scale.deviation).c_str());
}

// What the file does not say, and what is assumed instead.
static std::string describe_assumptions(const ModelInfo& info, bool activation_given) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  const std::string& activation = info.architecture.activation;
  if (info.assumed.activation && activation_given) add("activation " + activation + " (as --activation says)");
  if (info.assumed.activation && !activation_given) add("activation " + activation + " (--activation says otherwise)");
  if (info.assumed.eps) add("eps " + shortest_decimal(info.architecture.norm_options.eps));
  if (info.assumed.pixels) add("inputs " + describe_scale(info.scale));
  return text;
}

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
  if (info.scale != PixelScale()) terminal.print("  inputs    %s\n", describe_scale(info.scale).c_str());
  return model;
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
  DatasetPair data = load_datasets(own && !named ? *own : settings.data);
  check_outputs(settings, data.files);
  data.train.scale = info.scale;
  data.test.scale = info.scale;
  expect_fit(path, info.architecture, data);
  terminal.print("  model     %s: %s%s\n", shown_path(path).c_str(), info.architecture.describe().c_str(),
                 describe_origin(info, data).c_str());
  return data;
}

}  // namespace bnlab
