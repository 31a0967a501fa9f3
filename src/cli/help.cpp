#include "bnlab/cli/help.hpp"

#include <algorithm>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/options.hpp"

namespace bnlab {
namespace {

std::string general_help() {
  std::string text =
      "bnlab: what does batch normalization do to the training of a feed-forward network?\n\nCommands:\n";
  for (const Command& command : commands()) text += format("  %-10s %s\n", command.name, command.summary);
  return text + "\nbnlab COMMAND --help says more. Start with: bnlab compare\n";
}

// The text in lines of 79 characters. In the source its lines are as long as those of the code.
std::string paragraph(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return wrapped(text, "");
}

// Name and argument in a column of their own; a long one has its help on the next line.
std::string option_help(const Option& option) {
  constexpr std::size_t kColumn = 20;
  const std::string left = "  " + (option.is_flag() ? option.name : option.name + " " + option.argument);
  const std::string note = option.default_note();
  const std::string help =
      wrapped(note.empty() ? option.help : option.help + " " + note, std::string(kColumn + 1, ' '));
  if (left.size() > kColumn) return left + "\n" + help;
  return padded(left, kColumn) + help.substr(kColumn);
}

}  // namespace

std::string help_command(const std::vector<std::string>& words) {
  const bool has_command = !words.empty() && find_command(words[0]) != nullptr;
  return has_command ? "bnlab " + words[0] + " --help" : "bnlab --help";
}

std::string help_text(const std::string& name) {
  const Command* const command = find_command(name);
  if (command == nullptr) return general_help();
  std::string usage = name;
  if (*command->arguments != '\0') usage += std::string(" ") + command->arguments;
  std::string text = paragraph(format("bnlab %s [options]: %s", usage.c_str(), command->summary));
  text += "\n" + paragraph(command->about) + "\nOptions:\n";
  for (const Option& option : options()) {
    if (option.belongs_to(name)) text += option_help(option);
  }
  return text + format("\nExample:\n  %s\n", command->example);
}

}  // namespace bnlab
