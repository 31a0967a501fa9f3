// bnlab show: a dataset in the terminal.
#include "bnlab/cli/commands.hpp"

namespace bnlab {

static std::vector<std::size_t> class_counts(const Dataset& set) {
  std::vector<std::size_t> counts(set.classes);
  for (const std::uint8_t label : set.labels) ++counts[label];
  return counts;
}

static std::string balance_table(const DatasetPair& data) {
  const auto train = class_counts(data.train), test = class_counts(data.test);
  const double most = static_cast<double>(*std::max_element(train.begin(), train.end()));
  std::string text = format("  %-14s %9s %9s\n", "class", "training", "test");
  for (std::size_t c = 0; c < train.size(); ++c) {
    text += "  " + label_text(data.name, c) +
            format(" %9s %9s  ", grouped(train[c]).c_str(), grouped(test[c]).c_str()) +
            bar(static_cast<double>(train[c]) / most, 24) + "\n";
  }
  return text;
}

int show_command(const Settings& settings, const Terminal& terminal) {
  const DatasetPair data = load_datasets(settings.data);
  const Dataset& set = data.part(settings.part);
  if (settings.first >= set.count()) {
    fail("--first: expected a number from 0 to %zu, found %zu", set.count() - 1, settings.first);
  }
  terminal.say("  %s: %s training, %s test images of %s\n\n%s\n", data.name.c_str(),
               grouped(data.train.count()).c_str(), grouped(data.test.count()).c_str(), set.shape().c_str(),
               balance_table(data).c_str());
  const std::size_t end = std::min(settings.first + settings.count, set.count());
  const std::size_t cell = std::max<std::size_t>(set.width, 20) + 2;
  const std::size_t across = std::max<std::size_t>((terminal.columns() - 2) / cell, 1);
  for (std::size_t begin = settings.first; begin < end; begin += across) {
    std::vector<std::string> lines(2 + (set.height + 1) / 2, " ");
    for (std::size_t i = begin; i < std::min(begin + across, end); ++i) {
      lines[0] += format(" %-*s", static_cast<int>(cell - 1),
                         format("%zu: %s", i, class_name(data.name, set.labels[i]).c_str()).c_str());
      const std::vector<std::string> drawn = draw_picture(picture_of(set, i), terminal.colours(settings.colours));
      for (std::size_t k = 0; k < drawn.size(); ++k)
        lines[1 + k] += " " + drawn[k] + std::string(cell - 1 - set.width, ' ');
    }
    for (const std::string& line : lines) terminal.say("%s\n", without_trailing_spaces(line).c_str());
  }
  return 0;
}

}  // namespace bnlab
