#include "bnlab/cli/saved_settings.hpp"

#include <algorithm>
#include <set>

#include "bnlab/cli/command_line.hpp"
#include "bnlab/cli/options.hpp"

namespace bnlab {
namespace {

const std::string kPrefix = "settings.";

// The settings that every checkpoint of version 2 has. Options that have come since may be missing: in a run that did
// not know them they have their defaults.
const std::set<std::string> kInVersion2 = {
    "activation", "adam_eps", "batch",    "bn_eps", "bn_momentum", "dropout", "epochs",  "hidden",     "limit",
    "lr",         "momentum", "nesterov", "norm",   "optimizer",   "seed",    "shuffle", "validation", "weight_decay"};

// Version 1 omitted these when they were at their defaults, or where the optimizer does not use them.
const std::set<std::string> kOptionalInVersion1 = {"limit",    "nesterov",    "momentum",
                                                   "adam_eps", "bn_momentum", "bn_eps"};

// The settings as texts, by their names.
using Texts = std::map<std::string, std::string>;

Texts texts_of_version_2(const TensorFile& checkpoint) {
  Texts texts;
  for (const auto& [key, text] : checkpoint.metadata) {
    if (key.starts_with(kPrefix)) texts[key.substr(kPrefix.size())] = text;
  }
  return texts;
}

// The name that a flag of version 1 has now: "--weight-decay" is weight_decay.
std::string name_of_flag(const std::string& flag, const std::string& path) {
  for (const Option& option : options()) {
    if (option.name == flag && !option.saved.empty()) return option.saved;
  }
  fail("%s: corrupt: '%s' is no setting of a run", path.c_str(), shown(flag).c_str());
}

Texts texts_of_version_1(const TensorFile& checkpoint, const std::string& path) {
  Texts texts;
  const auto found = checkpoint.metadata.find("options");
  if (found == checkpoint.metadata.end()) return texts;
  for (const std::string& word : split_text(found->second, ' ')) {
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    const std::string name = name_of_flag(word.substr(0, equals), path);
    const std::string text = equals == std::string::npos ? "on" : word.substr(equals + 1);
    const bool is_new = texts.insert({name, text}).second;
    if (!is_new) fail("%s: corrupt: has the setting '%s' twice", path.c_str(), name.c_str());
  }
  return texts;
}

void read_setting(Settings& settings, const Option& option, const std::string& text, const std::string& path) {
  try {
    option.value.read(settings, text);
  } catch (const BadValue& bad) {
    fail("%s: corrupt: expected the setting '%s' to be %s, found '%s'", path.c_str(), option.saved.c_str(),
         bad.expected.c_str(), shown(bad.found).c_str());
  }
}

// "--hidden=24,12"; of a flag "--nesterov", or "no --nesterov".
std::string flag_text(const Option& option, const Settings& settings) {
  const std::string text = option.value.print(settings);
  if (!option.is_flag()) return option.name + "=" + text;
  return text == "on" ? option.name : "no " + option.name;
}

}  // namespace

Metadata saved_settings(const Settings& settings) {
  Metadata metadata;
  for (const Option& option : options()) {
    if (!option.saved.empty()) metadata[kPrefix + option.saved] = option.value.print(settings);
  }
  return metadata;
}

Settings read_saved_settings(const TensorFile& checkpoint, const std::string& path) {
  const bool version_1 = checkpoint.metadata.contains("checkpoint") && checkpoint.metadata.at("checkpoint") == "1";
  Texts texts = version_1 ? texts_of_version_1(checkpoint, path) : texts_of_version_2(checkpoint);
  Settings settings;
  settings.command = "train";
  for (const Option& option : options()) {
    if (option.saved.empty()) continue;
    const auto found = texts.find(option.saved);
    if (found != texts.end()) {
      read_setting(settings, option, found->second, path);
      texts.erase(found);
    } else if (kInVersion2.contains(option.saved) && !(version_1 && kOptionalInVersion1.contains(option.saved))) {
      fail("%s: corrupt: expected the setting '%s', there is none", path.c_str(), option.saved.c_str());
    }
  }
  if (!texts.empty()) {
    fail("%s: has a setting '%s' that is unknown here; continue with the bnlab that wrote it", path.c_str(),
         shown(texts.begin()->first).c_str());
  }
  return settings;
}

Settings resumed_settings(const Settings& command_line, const TensorFile& checkpoint) {
  const Settings saved = read_saved_settings(checkpoint, command_line.resume);
  Settings settings = command_line;
  for (const Option& option : options()) {
    if (option.saved.empty() || command_line.was_given({option.name.c_str()})) continue;
    option.value.copy(saved, settings);
  }
  check_combinations(settings);
  for (const Option& option : options()) {
    if (option.saved.empty() || option.name == "--epochs") continue;
    if (option.value.print(settings) == option.value.print(saved)) continue;
    fail_usage(format("%s: the run of --resume %s has %s; leave it out, or begin another run with --init",
                      shown(flag_text(option, settings)).c_str(), shown_path(command_line.resume).c_str(),
                      shown(flag_text(option, saved)).c_str()));
  }
  return settings;
}

}  // namespace bnlab
