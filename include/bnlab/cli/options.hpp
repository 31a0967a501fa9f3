// The table of options.
#pragma once

#include "bnlab/cli/values.hpp"

namespace bnlab {

enum class FileUse { none, read, written };

struct Option {
  std::string name;      // "--epochs"
  std::string argument;  // how --help calls its value; empty: a flag, which takes none
  std::string help;
  std::string commands;  // that accept it, separated by spaces; "all"
  Value value;
  // Its name in checkpoints, for the settings that decide what a training run computes: "batch" for settings.batch. Not
  // for --data, which is a path.
  std::string saved = "";
  std::string default_text = "";  // for --help, where it is not simply the default's value
  FileUse file = FileUse::none;   // what the command does with the file that the value names

  Option saved_as(const std::string& name_in_checkpoints) const;
  Option with_default_text(const std::string& text) const;
  Option that_is(FileUse use) const;

  bool is_flag() const { return argument.empty(); }
  bool belongs_to(const std::string& command) const;
  // "(default 64)"; empty: --help has none to show.
  std::string default_note() const;
};

const std::vector<Option>& options();  // in the order of --help

}  // namespace bnlab
