#include "bnlab/cli/origin.hpp"

#include "bnlab/cli/text.hpp"

namespace bnlab {
namespace {

// "all 10,000 test images", "the first 10,000 of 60,000 test images".
std::string share(std::size_t count, std::size_t full, bool from_the_first, const char* part) {
  const std::string images = std::string(" ") + part + " images";
  if (count == full) return "all " + grouped(full) + images;
  const std::string first = from_the_first && count < full ? "the first " : "";
  return first + grouped(count) + " of " + grouped(full) + images;
}

std::string describe_recognised(const DatasetPair& data) {
  const Origin& origin = data.origin;
  std::string text =
      "recognised by its labels: " + share(data.train.count(), origin.full_training, origin.from_the_first, "training");
  if (origin.full_test > 0) text += ", " + share(data.test.count(), origin.full_test, true, "test");
  return text;
}

std::string describe_name(const DatasetPair& data) {
  if (data.origin.by == KnownBy::labels) return describe_recognised(data);
  return data.origin.by == KnownBy::file_names ? "known by the names of its files" : "known by its folder's name";
}

std::string describe_transposition(const DatasetPair& data) {
  if (data.stored_transposed && data.transposed) return "transposed, since its files hold columns for rows";
  if (data.stored_transposed) return "not transposed: as its files hold them, columns for rows";
  return data.transposed ? "transposed: rows and columns are swapped" : "";
}

}  // namespace

std::string describe_origin(const DatasetPair& data) {
  const std::string indent(12, ' ');
  std::string text = indent + describe_name(data) + "\n";
  const std::string transposition = describe_transposition(data);
  if (!transposition.empty()) text += indent + transposition + "\n";
  for (const std::string& remark : data.remarks) text += indent + "note: " + remark + "\n";
  return text;
}

}  // namespace bnlab
