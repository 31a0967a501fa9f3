#include "bnlab/train/trained_on.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/known_sets.hpp"
#include "bnlab/train/key_reader.hpp"

namespace bnlab {
namespace {

// Earlier versions called a set by its folder, also these two, which are parts of known sets.
std::string name_now(const std::string& name) {
  constexpr std::string_view kSample = "-sample";
  if (!name.ends_with(kSample)) return name;
  const std::string set = name.substr(0, name.size() - kSample.size());
  return find_known_set(set) != nullptr ? set : name;
}

// "1,28,28" as numbers; no numbers: it is something else.
std::vector<std::size_t> read_numbers(const std::string& text) {
  std::vector<std::size_t> numbers;
  for (const std::string& part : split_text(text, ',')) {
    const std::optional<std::uint64_t> number = parse_whole_number(part);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<std::size_t> read_shape(const KeyReader& keys, std::size_t inputs) {
  if (!keys.has("image")) return {};
  const std::vector<std::size_t> shape = read_numbers(keys.text("image"));
  std::size_t size = 1;
  bool overflows = false;
  for (const std::size_t length : shape) overflows |= __builtin_mul_overflow(size, length, &size);
  const bool has_colours = shape.size() == 3 && (shape[0] == 1 || shape[0] == 3);
  if (has_colours && !overflows && size == inputs) return shape;
  keys.refuse("image", format("channels, height and width with 1 or 3 channels and a product of %zu, as fc1.weight has "
                              "inputs",
                              inputs));
}

bool is_hash(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// The entries that are written together. Error: one is missing or malformed.
void read_fingerprint(const KeyReader& keys, TrainedOn& images) {
  const char* const together[] = {"dataset_labels", "dataset_images", "dataset_first_images", "dataset_known_by"};
  if (std::none_of(std::begin(together), std::end(together), [&](const char* key) { return keys.has(key); })) return;
  for (const char* key : {"dataset_labels", "dataset_first_images"}) {
    if (!is_hash(keys.text(key))) keys.refuse(key, "16 hexadecimal digits");
  }
  images.fingerprint.labels = keys.text("dataset_labels");
  images.fingerprint.first_images = keys.text("dataset_first_images");
  images.fingerprint.images = parse_whole_number(keys.text("dataset_images")).value_or(0);
  if (images.fingerprint.images == 0) keys.refuse("dataset_images", "a whole number > 0");
  const std::string known_by = keys.text("dataset_known_by");
  if (known_by != "labels" && known_by != "name") keys.refuse("dataset_known_by", "labels or name");
  images.recognised = known_by == "labels";
}

std::string read_transpose(const KeyReader& keys, const ModelInfo& info) {
  const std::string text = keys.text("transpose");
  if (keys.has("transpose") && text != "on" && text != "off") keys.refuse("transpose", "on or off");
  // Before there was a choice, images were seen as they are stored.
  const bool is_old = info.trained_on.fingerprint.labels.empty();
  return is_old && text.empty() && is_stored_transposed(info.dataset) ? "off" : text;
}

}  // namespace

ModelInfo describe_model(const Architecture& architecture, const DatasetPair& data, std::uint64_t seed) {
  TrainedOn images{.recognised = data.origin.by == KnownBy::labels,
                   .fingerprint = data.fingerprint,
                   .shape = {data.train.channels, data.train.height, data.train.width}};
  if (data.transposed) images.transpose = "on";
  if (data.stored_transposed && !data.transposed) images.transpose = "off";
  return {.architecture = architecture,
          .dataset = data.name,
          .seed = seed,
          .scale = data.train.scale,
          .trained_on = images};
}

Metadata trained_on_metadata(const TrainedOn& images) {
  Metadata metadata;
  if (!images.fingerprint.labels.empty()) {
    metadata["dataset_labels"] = images.fingerprint.labels;
    metadata["dataset_images"] = std::to_string(images.fingerprint.images);
    metadata["dataset_first_images"] = images.fingerprint.first_images;
    metadata["dataset_known_by"] = images.recognised ? "labels" : "name";
  }
  if (!images.shape.empty()) metadata["image"] = joined(images.shape, ",");
  if (!images.transpose.empty()) metadata["transpose"] = images.transpose;
  return metadata;
}

void read_trained_on(const Metadata& metadata, const std::string& path, ModelInfo& info) {
  const KeyReader keys(metadata, path);
  TrainedOn& images = info.trained_on;
  read_fingerprint(keys, images);
  const bool is_old = images.fingerprint.labels.empty();
  info.dataset = shown(keys.text("dataset"));
  if (is_old) info.dataset = name_now(info.dataset);
  images.shape = read_shape(keys, info.architecture.inputs);
  images.transpose = read_transpose(keys, info);
}

bool is_same_set(const ModelInfo& info, const DatasetPair& data) {
  const SetFingerprint& trained = info.trained_on.fingerprint;
  if (trained.labels.empty()) return info.dataset == data.name;
  if (!trained.first_images.empty() && trained.first_images != data.fingerprint.first_images) return false;
  const bool both_recognised = info.trained_on.recognised && data.origin.by == KnownBy::labels;
  if (both_recognised) return info.dataset == data.name;
  // One of them may be a prefix of the other.
  const bool has_fewer = data.train.count() < trained.images;
  return has_fewer || labels_fingerprint(data.train, trained.images) == trained.labels;
}

void turn_as_trained(const ModelInfo& info, DatasetPair& data) {
  const std::string& its_own = info.trained_on.transpose;
  const bool is_known = is_same_set(info, data) && !its_own.empty();
  const bool sees_transposed = its_own == "off";
  const bool wanted = is_known ? its_own == "on" : data.stored_transposed != sees_transposed;
  if (wanted != data.transposed) transpose(data);
}

}  // namespace bnlab
