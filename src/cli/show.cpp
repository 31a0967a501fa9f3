// bnlab show: a dataset's images in the terminal.
#include <algorithm>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/origin.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/lab/figures/drawing.hpp"

namespace bnlab {
namespace {

std::vector<std::size_t> class_counts(const Dataset& set) {
  std::vector<std::size_t> counts(set.classes);
  for (const std::uint8_t label : set.labels) ++counts[label];
  return counts;
}

std::string balance_table(const DatasetPair& data) {
  const std::vector<std::size_t> train = class_counts(data.train);
  const std::vector<std::size_t> test = class_counts(data.test);
  const double most = static_cast<double>(*std::max_element(train.begin(), train.end()));
  std::string text = format("  %-14s %9s %9s\n", "class", "training", "test");
  for (std::size_t c = 0; c < train.size(); ++c) {
    text += "  " + label_text(data.name, c);
    text += format(" %9s %9s  ", grouped(train[c]).c_str(), grouped(test[c]).c_str());
    text += bar(static_cast<double>(train[c]) / most, 24) + "\n";
  }
  return text;
}

// The images first … last - 1 beside each other, each in a cell of that width, its number and class above it.
std::string row_of_images(const DatasetPair& data, const Dataset& set, std::size_t first, std::size_t last,
                          std::size_t cell, Colours colours) {
  std::string titles = " ";
  std::vector<std::string> lines((set.height + 1) / 2, " ");
  for (std::size_t i = first; i < last; ++i) {
    const std::string title = format("%zu: %s", i, class_name(data.name, set.labels[i]).c_str());
    titles += format(" %-*s", static_cast<int>(cell - 1), title.c_str());
    const std::vector<std::string> drawn = draw_picture(picture_of(set, i), colours);
    const std::string padding(cell - 1 - set.width, ' ');
    for (std::size_t k = 0; k < drawn.size(); ++k) lines[k] += " " + drawn[k] + padding;
  }
  std::string text = without_trailing_spaces(titles) + "\n";
  for (const std::string& line : lines) text += without_trailing_spaces(line) + "\n";
  return text + "\n";
}

}  // namespace

int show_command(const Settings& settings, const Terminal& terminal) {
  const DatasetPair data = load_datasets(settings.data, settings.dataset);
  check_outputs(settings, data.files);
  const Dataset& set = data.part(settings.part);
  if (settings.first >= set.count()) {
    fail("--first: expected a number from 0 to %zu, found %zu", set.count() - 1, settings.first);
  }
  terminal.print("  %s: %s training, %s test images of %s\n%s\n%s\n", data.name.c_str(),
                 grouped(data.train.count()).c_str(), grouped(data.test.count()).c_str(), set.shape().c_str(),
                 describe_origin(data).c_str(), balance_table(data).c_str());
  const std::size_t end = std::min(settings.first + settings.count, set.count());
  const std::size_t cell = std::max<std::size_t>(set.width, 20) + 2;
  const std::size_t across = std::max<std::size_t>((terminal.columns() - 2) / cell, 1);
  const Colours colours = terminal.colours(settings.colours);
  for (std::size_t first = settings.first; first < end; first += across) {
    const std::size_t last = std::min(first + across, end);
    terminal.print("%s", row_of_images(data, set, first, last, cell, colours).c_str());
  }
  return 0;
}

}  // namespace bnlab
