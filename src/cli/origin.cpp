#include "bnlab/cli/origin.hpp"

#include "bnlab/cli/text.hpp"

namespace bnlab {
namespace {

// "the first 10,000 of 60,000 training images"
std::string share(std::size_t count, std::size_t full, bool from_the_first, const std::string& images) {
  const std::string first = from_the_first && count < full ? "the first " : "";
  const std::string of = count == full ? "all " + grouped(full) : first + grouped(count) + " of " + grouped(full);
  return of + " " + images;
}

// Whether the labels were compared with known ones: all of them, or all full thousands.
bool compared_all(std::size_t compared, std::size_t count) {
  constexpr std::size_t kThousand = 1000;
  return compared == count || (compared >= kThousand && count - compared < kThousand);
}

// "its labels", or "its first 60 labels" where no more of them are known.
std::string its_labels(std::size_t compared, std::size_t count, const char* part = "") {
  const std::string first = compared_all(compared, count) ? "" : "first " + grouped(compared) + " ";
  return "its " + first + part + "labels";
}

// Both parts, since a command that uses only one of them shows these lines, too.
std::vector<std::string> describe_recognised(const DatasetPair& data) {
  const Origin& origin = data.origin;
  const std::size_t training = data.train.count();
  const std::size_t test = data.test.count();
  const std::string by = "recognised by " + its_labels(origin.compared_training, training);
  const bool knows_test_labels = compared_all(origin.compared_test, test);
  const std::string by_test = knows_test_labels ? "" : its_labels(origin.compared_test, test, "test ");
  if (training == origin.full_training && test == origin.full_test) {
    return {by + (knows_test_labels ? "" : " and " + by_test) + ": the full set"};
  }
  const std::string first_line =
      by + ": " + share(training, origin.full_training, origin.from_the_first, origin.training_are);
  if (origin.full_test == 0) return {first_line, "its test images are not recognised"};
  return {first_line, "and " + (knows_test_labels ? "" : "by " + by_test + ": ") +
                          share(test, origin.full_test, true, origin.test_are)};
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
