#include "bnlab/train/metadata.hpp"

#include <algorithm>
#include <iterator>

#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/train/layers_of.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {

// What the architecture says beside its widths and norm, as metadata; and where they are not the usual ones, the norm's
// options.
static Metadata metadata_of_hidden_layers(const Architecture& a) {
  Metadata metadata = {{"activation", a.activation}, {"dropout", format("%.17g", a.dropout)}};
  const NormOptions usual;
  const NormOptions& options = a.norm_options;
  if (a.normalised() && options.eps != usual.eps) metadata["bn_eps"] = format("%.17g", options.eps);
  if (a.normalised() && options.momentum != usual.momentum) {
    metadata["bn_momentum"] = format("%.17g", options.momentum);
  }
  if (a.normalises_after()) metadata["place"] = a.place;
  return metadata;
}

// The shortest decimals, which are read back as the same numbers.
static std::string text_of_numbers(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : ",") + shortest_decimal(number);
  return text;
}

static Metadata metadata_of_scale(const PixelScale& scale) {
  Metadata metadata;
  if (scale.means.empty()) metadata["pixel_mean"] = shortest_decimal(scale.mean);
  if (!scale.means.empty()) metadata["pixel_means"] = text_of_numbers(scale.means);
  if (scale.deviations.empty()) metadata["pixel_deviation"] = shortest_decimal(scale.deviation);
  if (!scale.deviations.empty()) metadata["pixel_deviations"] = text_of_numbers(scale.deviations);
  return metadata;
}

// Programs that know no more than version 2 would overlook these keys, and compute something else.
static std::string format_of(const Metadata& metadata) {
  const char* const of_version_3[] = {"pixel_means", "pixel_deviations", "place", "bias"};
  const bool is_new = std::any_of(std::begin(of_version_3), std::end(of_version_3),
                                  [&](const char* key) { return metadata.contains(key); });
  return is_new ? kNewModelFormat : kModelFormat;
}

Metadata metadata_of_shapes(const Architecture& a) {
  Metadata metadata = {{"inputs", std::to_string(a.inputs)},
                       {"hidden", joined(a.hidden, ",")},
                       {"classes", std::to_string(a.classes)},
                       {"norm", a.norm}};
  if (a.without_bias()) metadata["bias"] = "off";
  return metadata;
}

Metadata metadata_of(const ModelInfo& info) {
  Metadata metadata = {{"dataset", info.dataset}, {"seed", std::to_string(info.seed)}};
  metadata.merge(metadata_of_shapes(info.architecture));
  metadata.merge(metadata_of_hidden_layers(info.architecture));
  metadata.merge(trained_on_metadata(info.trained_on));
  if (!info.assumed.pixels) metadata.merge(metadata_of_scale(info.scale));
  if (info.assumed.activation) metadata.erase("activation");
  metadata["format"] = format_of(metadata);
  return metadata;
}

Metadata metadata_of(const Network& network) {
  const std::optional<Architecture> a = architecture_of(network);
  if (!a) return {{"format", kModelFormat}, {"bnlab_layers", describe_layers(network)}};
  Metadata metadata = metadata_of_shapes(*a);
  if (!a->hidden.empty()) metadata.merge(metadata_of_hidden_layers(*a));
  metadata["format"] = format_of(metadata);
  return metadata;
}

void expect_agreement(const Metadata& metadata, const Network& network, const std::string& path) {
  const Metadata of_layers = metadata_of(network);
  const bool has_hidden_layers = of_layers.contains("activation");
  const auto refuse = [&](const std::string& key, const std::string& layers_say) {
    fail("%s: not saved: expected the metadata's %s to be %s, as the network's layers have it, found '%s'",
         path.c_str(), key.c_str(), layers_say.c_str(), shown(metadata.at(key)).c_str());
  };
  for (const auto& [key, text] : of_layers) {
    if (key != "format" && metadata.contains(key) && metadata.at(key) != text) refuse(key, "'" + text + "'");
  }
  for (const char* key : {"bn_eps", "bn_momentum", "place", "bias"}) {
    if (has_hidden_layers && metadata.contains(key) && !of_layers.contains(key)) refuse(key, "the usual");
  }
}

}  // namespace bnlab
