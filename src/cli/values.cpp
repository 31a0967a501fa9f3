#include "bnlab/cli/values.hpp"

#include <algorithm>

namespace bnlab {

std::uint64_t read_whole_number(const std::string& text, const WholeRange& range) {
  if (!text.empty() && text == range.zero) return 0;
  const std::optional<std::uint64_t> number = parse_whole_number(text);
  if (number && *number >= range.least && *number <= range.most) return *number;

  const std::string least = std::to_string(range.least);
  const std::string most = std::to_string(range.most);
  const bool open = range.most == UINT64_MAX;
  throw BadValue{open ? "a whole number >= " + least : "whole numbers from " + least + " to " + most, text};
}

double read_number(const std::string& text, const Range& range) {
  const std::optional<double> x = parse_number(text);
  if (!x || !range.contains(*x)) throw BadValue{range.text, text};
  return *x;
}

std::string read_choice(const std::string& text, const std::string& choices) {
  const std::vector<std::string> all = split_text(choices, '|');
  if (std::find(all.begin(), all.end(), text) == all.end()) throw BadValue{alternatives(all), text};
  return text;
}

bool read_on_off(const std::string& text) { return read_choice(text, "on|off") == "on"; }

std::vector<std::size_t> read_widths(const std::string& text) {
  std::vector<std::size_t> widths;
  if (text == "none") return widths;
  for (const std::string& width : split_text(text, ',')) {
    widths.push_back(read_whole_number(width, {.least = 1, .most = 65536}));
  }
  return widths;
}

std::vector<std::string> read_norm_pair(const std::string& text) {
  const std::vector<std::string> known = split_text(norm_names(), '|');
  const std::vector<std::string> names = split_text(text, ',');
  const auto is_known = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  const bool two = names.size() == 2 && names[0] != names[1];
  if (!two || !is_known(names[0]) || !is_known(names[1])) {
    throw BadValue{"two different ones of " + alternatives(known) + " with a comma between them", text};
  }
  return names;
}

std::string print_whole_number(std::uint64_t number, const WholeRange& range) {
  return number == 0 && range.least > 0 ? range.zero : std::to_string(number);
}

std::string print_widths(const std::vector<std::size_t>& widths) {
  return widths.empty() ? "none" : joined(widths, ",");
}

}  // namespace bnlab
