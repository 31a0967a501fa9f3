#include "bnlab/cli/outputs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/options.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/data/path.hpp"

namespace bnlab {
namespace {

struct UsedFile {
  std::string name;  // what the command line calls it: "--save", "MODEL", "--data"
  std::string path;  // empty: standard output
  FileIdentity identity;

  bool is_standard_output() const { return path.empty(); }
  std::string text() const { return is_standard_output() ? name : name + " " + path; }  // "--save build/model"
};
using UsedFiles = std::vector<UsedFile>;

void add(UsedFiles& files, const std::string& name, const std::string& path) {
  files.push_back({name, path, identity_of(path)});
}

// The files of the options of that kind.
void add_options(UsedFiles& files, const Settings& settings, FileUse use) {
  for (const Option& option : options()) {
    if (option.file != use) continue;
    const std::string path = option.value.print(settings);
    if (!path.empty()) add(files, option.name, path);
  }
}

// Where it goes to a file.
void add_standard_output(UsedFiles& files) {
  struct stat info {};
  const bool is_file = ::fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode);
  if (is_file) files.push_back({"standard output", "", identity_of(info)});
}

UsedFiles inputs_of(const Settings& settings, const std::vector<std::string>& dataset_files) {
  UsedFiles files;
  add_options(files, settings, FileUse::read);
  const bool begins_with_model = std::string(find_command(settings.command)->arguments).starts_with("MODEL");
  for (std::size_t i = 0; begins_with_model && i < settings.arguments.size(); ++i) {
    add(files, i == 0 ? "MODEL" : "IMAGE", settings.arguments[i]);
  }
  for (const std::string& path : dataset_files) add(files, "--data", path);
  return files;
}

UsedFiles outputs_of(const Settings& settings, const std::vector<std::string>& of_out) {
  UsedFiles files;
  add_options(files, settings, FileUse::written);
  for (const std::string& path : of_out) add(files, "--out", path);
  add_standard_output(files);
  return files;
}

bool is_same_file(const UsedFile& a, const UsedFile& b) {
  if (a.identity == b.identity) return true;
  const bool same_folder = a.identity.device == b.identity.device && a.identity.number == b.identity.number;
  const bool both_to_come = !a.identity.name.empty() && !b.identity.name.empty();
  return same_folder && both_to_come && lower_case(a.identity.name) == lower_case(b.identity.name) &&
         ignores_case(folder_of(end_of_links(a.path)));
}

bool is_meant_in_place(const std::string& input, const std::string& output) {
  constexpr std::pair<const char*, const char*> kInPlace[] = {
      {"--resume", "--checkpoint"}, {"--init", "--save"}, {"MODEL", "--save"}};
  return std::any_of(std::begin(kInPlace), std::end(kInPlace),
                     [&](const auto& pair) { return input == pair.first && output == pair.second; });
}

[[noreturn]] void refuse(const UsedFile& output, const UsedFile& other) {
  throw UsageError(format("%s: expected a file of its own, found that of %s, which it would overwrite; name another",
                          output.text().c_str(), other.text().c_str()));
}

}  // namespace

void check_outputs(const Settings& settings, const std::vector<std::string>& dataset_files,
                   const std::vector<std::string>& of_out) {
  const UsedFiles inputs = inputs_of(settings, dataset_files);
  const UsedFiles outputs = outputs_of(settings, of_out);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const UsedFile& output = outputs[i];
    if (!output.is_standard_output()) check_writable(output.path);
    for (const UsedFile& input : inputs) {
      if (is_meant_in_place(input.name, output.name)) continue;
      if (is_same_file(output, input)) refuse(output, input);
    }
    for (std::size_t other = 0; other < i; ++other) {
      if (is_same_file(output, outputs[other])) refuse(output, outputs[other]);
    }
  }
}

}  // namespace bnlab
