#include "bnlab/cli/command_line.hpp"

#include <algorithm>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/options.hpp"

namespace bnlab {

void fail_usage(const std::string& message) { throw UsageError(message); }

namespace {

// The Levenshtein distance: how many letters must be changed, inserted or left out to make b of a.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// "; did you mean --epochs?", or nothing where no known word is near: half of its letters, and one of this word's own,
// must be right.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 40;  // no known word is near a longer one
  if (word.size() > kLongest) return "";
  const auto nearer = [&](const std::string& a, const std::string& b) {
    return edit_distance(word, a) < edit_distance(word, b);
  };
  const std::string nearest = *std::min_element(known.begin(), known.end(), nearer);
  const std::size_t distance = edit_distance(word, nearest);
  if (distance > nearest.size() / 2 || distance >= word.size()) return "";
  return "; did you mean " + nearest + "?";
}

// "--epochs" of "--epochs=3".
std::string option_name(const std::string& word) { return word == "-h" ? "--help" : word.substr(0, word.find('=')); }

void expect_command(const std::string& name) {
  if (find_command(name) != nullptr) return;
  for (const Option& option : options()) {
    if (option.name == option_name(name)) {
      fail_usage("expected a command before the option " + option.name + ", such as compare");
    }
  }
  std::vector<std::string> known;
  for (const Command& command : commands()) known.push_back(command.name);
  fail_usage("unknown command '" + shown(name) + "'" + suggestion(name, known));
}

const Option& find_option(const std::string& name, const std::string& command) {
  std::vector<std::string> known;
  for (const Option& option : options()) {
    const bool belongs = option.belongs_to(command);
    if (belongs) known.push_back(option.name);
    if (option.name != name) continue;
    if (!belongs) {
      fail_usage(name + ": not an option of " + command + ", but of " + alternatives(split_text(option.commands, ' ')));
    }
    return option;
  }
  fail_usage("unknown option '" + shown(name) + "'" + suggestion(name, known));
}

// Reads the option of words[at] and its value, if it has one, which may be the next word. Returns the index of the last
// word that was read.
std::size_t read_option(Settings& settings, const std::vector<std::string>& words, std::size_t at) {
  const std::string& word = words[at];
  const std::size_t equals = word.find('=');
  const bool has_value = equals != std::string::npos;
  const std::string name = option_name(word);
  const Option& option = find_option(name, settings.command);
  std::string value = has_value ? word.substr(equals + 1) : "";
  if (option.is_flag()) {
    if (has_value) fail_usage(name + ": expected no value, found '" + shown(value) + "'");
    value = "on";
  } else {
    const std::string expected = name + ": expected a value (" + option.argument + ")";
    if (!has_value) {
      ++at;
      if (at == words.size() || words[at].starts_with("--")) fail_usage(expected + " after it");
      value = words[at];
    }
    if (value.empty()) fail_usage(expected + ", found an empty one");
  }
  try {
    option.value.read(settings, value);
  } catch (const BadValue& bad) {
    fail_usage(name + ": expected " + bad.expected + ", found '" + shown(bad.found) + "'");
  }
  settings.given.push_back(name);
  return at;
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

// `bnlab help train`; without a command the general help.
Settings parse_help(const std::vector<std::string>& words) {
  Settings settings;
  settings.help = true;
  if (words.size() == 1 || asks_for_help(words[1])) return settings;
  expect_command(words[1]);
  if (words.size() > 2) fail_usage("unexpected word '" + shown(words[2]) + "' after help " + words[1]);
  settings.command = words[1];
  return settings;
}

}  // namespace

Settings parse_command_line(const std::vector<std::string>& words) {
  if (words.empty()) fail_usage("expected a command, such as compare");
  if (asks_for_help(words[0]) || words[0] == "help") return parse_help(words);
  Settings settings;
  settings.command = words[0];
  expect_command(settings.command);
  // Who asks for help gets it, whatever else is wrong with the line.
  settings.help = std::any_of(words.begin() + 1, words.end(), asks_for_help);
  if (settings.help) return settings;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with("-")) {
      i = read_option(settings, words, i);
    } else {
      settings.arguments.push_back(words[i]);
    }
  }
  if (settings.resume.empty()) check_combinations(settings);
  return settings;
}

}  // namespace bnlab
