#include "bnlab/cli/confusion.hpp"

#include <algorithm>
#include <numeric>

#include "bnlab/cli/printing.hpp"
#include "bnlab/data/class_names.hpp"

namespace bnlab {
namespace {

using Counts = std::vector<std::size_t>;

// [label][prediction]: numbers of images.
std::vector<Counts> confusion_matrix(const Bytes& labels, const Tensor& logits) {
  const std::size_t classes = logits.cols();
  std::vector<Counts> counts(classes, Counts(classes));
  for (std::size_t n = 0; n < logits.rows(); ++n) {
    const auto argmax = std::max_element(logits.row(n), logits.row(n) + classes) - logits.row(n);
    ++counts[labels[n]][static_cast<std::size_t>(argmax)];
  }
  return counts;
}

// "86.42 % ± 0.34", or that there are no images of the class.
std::string class_accuracy(const Counts& predictions, std::size_t label) {
  Evaluation of_class;
  of_class.count = std::accumulate(predictions.begin(), predictions.end(), std::size_t{0});
  if (of_class.count == 0) return "no image";
  of_class.accuracy = static_cast<double>(predictions[label]) / static_cast<double>(of_class.count);
  return percent_with_error(of_class);
}

// Rows: the labels. Columns: the predictions.
std::string matrix_table(const std::string& dataset, const std::vector<Counts>& counts) {
  std::string text = "  taken for     ";
  for (std::size_t c = 0; c < counts.size(); ++c) text += format("%5zu", c);
  text += "   accuracy of the class\n";
  for (std::size_t label = 0; label < counts.size(); ++label) {
    text += "  " + label_text(dataset, label);
    for (const std::size_t count : counts[label]) text += count == 0 ? "    ." : format("%5zu", count);
    text += "   " + class_accuracy(counts[label], label) + "\n";
  }
  return text;
}

// "53 x 1, 20 x l": the wrong predictions that are most frequent.
std::string frequent_mistakes(const std::string& dataset, const Counts& predictions, std::size_t label) {
  constexpr std::size_t kMost = 3;
  std::vector<std::size_t> classes(predictions.size());
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  std::erase_if(classes, [&](std::size_t c) { return c == label || predictions[c] == 0; });
  std::stable_sort(classes.begin(), classes.end(),
                   [&](std::size_t a, std::size_t b) { return predictions[a] > predictions[b]; });
  classes.resize(std::min(classes.size(), kMost));
  std::string text;
  for (const std::size_t c : classes) {
    text += format("%s%zu x %s", text.empty() ? "" : ", ", predictions[c], class_name(dataset, c).c_str());
  }
  return text;
}

// A row for each class that has images.
std::string mistakes_table(const std::string& dataset, const std::vector<Counts>& counts) {
  std::string text = format("  %-14s  %8s  %-17s taken for\n", "class", "images", "accuracy");
  for (std::size_t label = 0; label < counts.size(); ++label) {
    const std::size_t images = std::accumulate(counts[label].begin(), counts[label].end(), std::size_t{0});
    if (images == 0) continue;
    const std::string row =
        format("  %s  %8s  %-18s %s", label_text(dataset, label).c_str(), grouped(images).c_str(),
               class_accuracy(counts[label], label).c_str(), frequent_mistakes(dataset, counts[label], label).c_str());
    text += without_trailing_spaces(row) + "\n";
  }
  return text;
}

}  // namespace

std::string confusion_table(const std::string& dataset, const Bytes& labels, const Tensor& logits) {
  constexpr std::size_t kMostInMatrix = 10;
  const std::vector<Counts> counts = confusion_matrix(labels, logits);
  return counts.size() <= kMostInMatrix ? matrix_table(dataset, counts) : mistakes_table(dataset, counts);
}

}  // namespace bnlab
