#include "bnlab/cli/origin.hpp"

#include "bnlab/cli/text.hpp"

namespace bnlab {
namespace {

// "the first 10,000 of 60,000 training images"
std::string share(std::size_t count, std::size_t full, bool from_the_first, const char* part) {
  const std::string first = from_the_first && count < full ? "the first " : "";
  const std::string of = count == full ? "all " + grouped(full) : first + grouped(count) + " of " + grouped(full);
  return of + " " + part + " images";
}

std::vector<std::string> describe_recognised(const DatasetPair& data) {
  const Origin& origin = data.origin;
  const bool whole_training = data.train.count() == origin.full_training;
  const bool whole_test = data.test.count() == origin.full_test;
  if (whole_training && whole_test) return {"recognised by its labels: the full set"};
  std::vector<std::string> lines = {"recognised by its labels: " +
                                    share(data.train.count(), origin.full_training, origin.from_the_first, "training")};
  const bool test_is_part = origin.full_test > 0 && !whole_test;
  if (test_is_part) lines.push_back("and " + share(data.test.count(), origin.full_test, true, "test"));
  return lines;
}

std::vector<std::string> describe_name(const DatasetPair& data) {
  if (data.origin.by == KnownBy::labels) return describe_recognised(data);
  return {data.origin.by == KnownBy::file_names ? "known by the names of its files" : "known by its folder's name"};
}

std::string describe_transposition(const DatasetPair& data) {
  if (data.stored_transposed && data.transposed) return "transposed, since its files hold columns for rows";
  if (data.stored_transposed) return "not transposed: as its files hold them, columns for rows";
  return data.transposed ? "transposed: rows and columns are swapped" : "";
}

}  // namespace

std::string describe_origin(const DatasetPair& data) {
  std::vector<std::string> lines = describe_name(data);
  const std::string transposition = describe_transposition(data);
  if (!transposition.empty()) lines.push_back(transposition);
  for (const std::string& remark : data.remarks) lines.push_back("note: " + remark);
  std::string text;
  for (const std::string& line : lines) text += std::string(12, ' ') + line + "\n";
  return text;
}

}  // namespace bnlab
