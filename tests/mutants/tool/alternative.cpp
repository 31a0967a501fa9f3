#include "alternative.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mutants {
namespace {

namespace fs = std::filesystem;

// Where the code begins in a region's file: after its first lines, if these include something.
std::size_t after_includes(const std::string& text) {
  std::size_t at = 0;
  while (text.compare(at, 9, "#include ") == 0) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  while (at > 0 && at < text.size() && text[at] == '\n') ++at;
  return at;
}

// Replaces the one region that a file is meant for. What the file includes goes to the top of the source.
void replace_region(const fs::path& path, std::map<std::string, std::string>& files, const Sources& sources) {
  const std::string name = path.stem().string();  // "task" or "task.function"
  const std::string task = name.substr(0, name.find('.'));
  const std::string function = name.find('.') == std::string::npos ? "" : name.substr(name.find('.') + 1);
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!text.ends_with('\n')) text += '\n';
  const std::size_t code = after_includes(text);
  std::size_t fitting = 0;
  for (const auto& entry : sources) {
    const auto changed = files.find(entry.first);
    const Source source(changed == files.end() ? entry.second.text() : changed->second);
    for (const Source::Region& region : source.regions()) {
      if (region.task != task || (!function.empty() && source.function_at(region.begin) != function)) continue;
      ++fitting;
      std::string replaced = source.text();
      replaced.replace(region.begin, region.end - region.begin, text.substr(code));
      files[entry.first] = text.substr(0, code) + replaced;
    }
  }
  if (fitting != 1) {
    throw std::runtime_error(path.string() + ": expected one region '" + name + "' in the sources, found " +
                             std::to_string(fitting));
  }
}

}  // namespace

std::map<std::string, std::string> replace_regions(const std::string& folder, const Sources& sources) {
  std::map<std::string, std::string> files;
  const std::string extras = folder + "/extras.txt";
  if (fs::exists(extras)) {
    const std::vector<Mutant> found = read_catalogue(extras);
    if (found.size() != 1) throw std::runtime_error(extras + ": expected one mutant");
    files = mutants::apply(found[0], sources);
  }
  std::size_t regions = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    replace_region(entry.path(), files, sources);
    ++regions;
  }
  if (regions == 0) throw std::runtime_error(folder + ": expected a file for each region, found none");
  return files;
}

}  // namespace mutants
