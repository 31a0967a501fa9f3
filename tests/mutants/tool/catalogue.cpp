#include "catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <utility>

namespace mutants {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& message) { throw std::runtime_error(message); }

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// All files in a folder and its subfolders; of a file, the file.
std::vector<fs::path> files_below(const fs::path& folder, const std::vector<std::string>& extensions) {
  std::vector<fs::path> files;
  if (fs::is_regular_file(folder)) return {folder};
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    const bool wanted = std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
    if (wanted && entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// --- Reading descriptions --------------------------------------------------------------------------------------------

struct Line {
  std::string key, value;
  int number = 0;
};

// Splits a description's file into lines "key value"; lines indented further go on with the value.
std::vector<Line> read_lines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Line> lines;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    text.erase(text.find_last_not_of(" \r") + 1);
    const std::size_t begin = text.find_first_not_of(' ');
    const bool goes_on = begin != std::string::npos && begin > 2 && !lines.empty();
    if (begin == std::string::npos || (text[begin] == '#' && !goes_on)) continue;
    if (goes_on) {
      lines.back().value += (lines.back().value.empty() ? "" : "\n") + text.substr(begin);
      continue;
    }
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::size_t value = text.find_first_not_of(' ', end);
    lines.push_back({text.substr(begin, end - begin), value == std::string::npos ? "" : text.substr(value), number});
  }
  return lines;
}

bool is_at_end(Edit::Kind kind) { return kind == Edit::Kind::first || kind == Edit::Kind::last; }

bool set_edit(Mutant& mutant, const std::string& place, const Line& line) {
  static const std::map<std::string, Edit::Kind> kinds = {{"find", Edit::Kind::replace}, {"drop", Edit::Kind::drop},
                                                          {"after", Edit::Kind::after},  {"before", Edit::Kind::before},
                                                          {"first", Edit::Kind::first},  {"last", Edit::Kind::last}};
  const auto kind = kinds.find(line.key);
  if (kind == kinds.end()) return false;
  mutant.edits.push_back({place, kind->second, "", "", line.number});
  (is_at_end(kind->second) ? mutant.edits.back().put : mutant.edits.back().find) = line.value;
  return true;
}

// Does the last edit lack its put?
bool awaits_put(const Mutant& mutant) {
  if (mutant.edits.empty()) return false;
  const Edit& edit = mutant.edits.back();
  return !is_at_end(edit.kind) && edit.kind != Edit::Kind::drop && edit.put.empty();
}

void read_descriptions(const fs::path& path, std::vector<Mutant>& all) {
  std::string place;
  std::vector<Line> lines = read_lines(path);
  lines.push_back({"", "", lines.empty() ? 0 : lines.back().number});  // the end
  for (const Line& line : lines) {
    const std::string where = path.string() + ":" + std::to_string(line.number) + ": ";
    const bool begun = !all.empty() && all.back().file == path.string();
    if (begun && line.key != "put" && awaits_put(all.back())) {
      fail(path.string() + ":" + std::to_string(all.back().edits.back().line) +
           ": expected 'put' after 'find', 'after' or 'before'");
    }
    if (line.key.empty()) break;
    if (line.key == "mutant") {
      if (line.value.empty()) fail(where + "expected a name after 'mutant'");
      const std::string name = path.stem().string() + "/" + line.value;
      for (const Mutant& other : all) {
        if (other.name == name) fail(where + "a second mutant is called '" + name + "'");
      }
      all.push_back({name, path.string(), {}, {}});
      place.clear();
    } else if (!begun) {
      fail(where + "expected 'mutant NAME' first, found '" + line.key + "'");
    } else if (line.key == "in") {
      place = line.value;
    } else if (line.key == "put") {
      if (!awaits_put(all.back())) fail(where + "expected 'find', 'after' or 'before' ahead of 'put'");
      if (line.value.empty()) fail(where + "there is nothing to put; 'drop' takes something away");
      all.back().edits.back().put = line.value;
    } else if (set_edit(all.back(), place, line)) {
      if (place.empty()) fail(where + "expected 'in PLACE' ahead of '" + line.key + "'");
    } else if (line.key == "mistake" || line.key == "seen" || line.key == "test" || line.key == "task" ||
               line.key == "advice" || line.key == "advised") {
      std::string words = line.value;
      std::replace(words.begin(), words.end(), '\n', ' ');
      if (!all.back().fields.emplace(line.key, words).second) fail(where + "a second '" + line.key + "'");
    } else {
      fail(where + "unknown word '" + line.key + "'; tests/mutants/README.md lists those that are known");
    }
  }
}

// --- Finding and replacing -------------------------------------------------------------------------------------------

// What a find looks for: tokens, and between which of them "…" stands for any others.
struct Match {
  std::size_t first = 0, last = 0;                             // tokens
  std::vector<std::pair<std::size_t, std::size_t>> wildcards;  // the tokens that each "…" stands for
};

// Looks for a pattern in one place.
class Finder {
 public:
  Finder(const std::vector<Token>& pattern, const std::vector<Token>& source, const Place& place)
      : pattern_(pattern), source_(source), place_(place) {}

  std::vector<Match> matches() {
    std::vector<Match> found;
    for (std::size_t s = place_.first; s < place_.last; ++s) {
      Match match;
      match.first = s;
      if (fits(0, s, match)) found.push_back(match);
    }
    return found;
  }

 private:
  // Does the pattern, from token p on, fit the source from token s on?
  bool fits(std::size_t p, std::size_t s, Match& match) {
    for (; p < pattern_.size(); ++p, ++s) {
      if (pattern_[p].text == "…") return fits_wildcard(p, s, match);
      if (s >= place_.last || source_[s].text != pattern_[p].text) return false;
    }
    match.last = s;
    return true;
  }

  // "…" takes as few tokens as will do, all in one statement and with their brackets closed.
  bool fits_wildcard(std::size_t p, std::size_t s, Match& match) {
    if (failed_.contains({p, s})) return false;
    int depth = 0;
    for (std::size_t stop = s; stop <= place_.last; ++stop) {
      if (depth == 0) {
        match.wildcards.emplace_back(s, stop);
        if (fits(p + 1, stop, match)) return true;
        match.wildcards.pop_back();
      }
      if (stop == place_.last) break;
      const std::string& text = source_[stop].text;
      if (text == "(" || text == "[" || text == "{") ++depth;
      if (text == ")" || text == "]" || text == "}") --depth;
      if (depth < 0 || (depth == 0 && text == ";")) break;
    }
    failed_.emplace(p, s);
    return false;
  }

  const std::vector<Token>& pattern_;
  const std::vector<Token>& source_;
  const Place& place_;
  std::set<std::pair<std::size_t, std::size_t>> failed_;  // or many "…" would take for ever
};

// The places that an edit names in one file: those of its last name that lie within one of each other name.
std::vector<Place> places_of(const std::string& path, const Source& source, const std::string& names) {
  const std::size_t joint = names.rfind(" & ");
  const std::string name = joint == std::string::npos ? names : names.substr(joint + 3);
  if (name.starts_with("file ") && name != "file " + path) return {};
  std::vector<Place> found = source.places(name);
  if (joint == std::string::npos) return found;
  const std::vector<Place> around = places_of(path, source, names.substr(0, joint));
  std::erase_if(found, [&](const Place& inner) {
    return std::none_of(around.begin(), around.end(),
                        [&](const Place& outer) { return outer.first <= inner.first && inner.last <= outer.last; });
  });
  return found;
}

// Bytes [begin, end) of a file and what comes there.
struct Change {
  std::string path;
  std::size_t begin = 0, end = 0;
  std::string text;
};

std::size_t wildcards_in(const std::vector<Token>& tokens) {
  return static_cast<std::size_t>(
      std::count_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.text == "…"; }));
}

// The put text, each "…" in it replaced by what the find's has stood for.
std::string with_wildcards(const std::string& put, const Match& match, const Source& source) {
  std::string text;
  std::size_t from = 0, number = 0;
  for (const Token& token : tokens_of(put)) {
    if (token.text != "…") continue;
    text += put.substr(from, token.begin - from);
    const auto [first, last] = match.wildcards[number++];
    if (first < last) {
      const std::size_t begin = source.tokens()[first].begin;
      text += source.text().substr(begin, source.tokens()[last - 1].end - begin);
    }
    from = token.end;
  }
  return text + put.substr(from);
}

Change change_at(const Edit& edit, const std::string& path, const Source& source, const Match& match) {
  const std::size_t begin = source.tokens()[match.first].begin, end = source.tokens()[match.last - 1].end;
  const std::string put = with_wildcards(edit.put, match, source);
  switch (edit.kind) {
    case Edit::Kind::after:
      return {path, end, end, " " + put};
    case Edit::Kind::before:
      return {path, begin, begin, put + " "};
    default:
      return {path, begin, end, put};
  }
}

Change locate(const Mutant& mutant, const Edit& edit, const Sources& sources) {
  const std::string where = mutant.name + " (" + mutant.file + ":" + std::to_string(edit.line) + "): ";
  const bool at_end = is_at_end(edit.kind);
  const std::vector<Token> pattern = tokens_of(edit.find);
  if (!at_end && pattern.empty()) fail(where + "there is nothing to look for");
  if (wildcards_in(tokens_of(edit.put)) > wildcards_in(pattern))
    fail(where + "'put' has a '…' that stands for nothing");
  std::size_t places = 0;
  std::vector<Change> found;
  for (const auto& [path, source] : sources) {
    for (const Place& place : places_of(path, source, edit.place)) {
      ++places;
      if (edit.kind == Edit::Kind::first) found.push_back({path, place.start, place.start, "\n" + edit.put + "\n"});
      if (edit.kind == Edit::Kind::last) found.push_back({path, place.stop, place.stop, "\n" + edit.put + "\n"});
      if (at_end) continue;
      for (const Match& match : Finder(pattern, source.tokens(), place).matches()) {
        found.push_back(change_at(edit, path, source, match));
      }
    }
  }
  if (places == 0) fail(where + "there is no place '" + edit.place + "'");
  const std::string what = at_end ? "the place" : "'" + edit.find + "'";
  if (found.empty()) fail(where + what + " is not in '" + edit.place + "'");
  if (found.size() > 1) {
    fail(where + what + " is " + std::to_string(found.size()) + " times in '" + edit.place + "', expected once");
  }
  return found[0];
}

}  // namespace

std::string Mutant::field(const std::string& key) const {
  const auto found = fields.find(key);
  return found == fields.end() ? "" : found->second;
}

std::vector<Mutant> read_catalogue(const std::string& folder) {
  std::vector<Mutant> all;
  for (const fs::path& path : files_below(folder, {".txt"})) read_descriptions(path, all);
  if (all.empty()) fail(folder + ": expected descriptions of mutants, found none");
  return all;
}

Sources read_sources(const std::string& project) {
  Sources sources;
  for (const char* top : {"src", "include", "tests/assignment/template/src", "tests/assignment/template/include"}) {
    for (const fs::path& path : files_below(fs::path(project) / top, {".cpp", ".hpp"})) {
      sources.emplace(path.lexically_relative(project).string(), Source(read_text(path)));
    }
  }
  if (sources.empty()) fail(project + ": expected a project with src and include");
  return sources;
}

std::vector<std::string> names_in_oracles(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::path& path : files_below(folder, {".cpp"})) {
    const std::vector<Token> tokens = tokens_of(read_text(path));
    for (std::size_t t = 2; t < tokens.size(); ++t) {
      const std::string& text = tokens[t].text;
      const bool compared = tokens[t - 1].text == "==" || tokens[t - 1].text == "!=";
      if (compared && tokens[t - 2].text == "m" && text.starts_with('"'))
        names.push_back(text.substr(1, text.size() - 2));
    }
  }
  return names;
}

std::map<std::string, std::string> apply(const Mutant& mutant, const Sources& sources) {
  std::vector<Change> changes;
  for (const Edit& edit : mutant.edits) changes.push_back(locate(mutant, edit, sources));
  // From the last to the first, so that bytes keep their numbers until it is their turn; what is added at the same byte
  // stays in its order.
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::make_pair(a.begin, a.end) < std::make_pair(b.begin, b.end);
  });
  std::reverse(changes.begin(), changes.end());
  std::map<std::string, std::string> files;
  std::map<std::string, std::size_t> begun;
  for (const Change& change : changes) {
    auto [file, is_new] = files.emplace(change.path, sources.at(change.path).text());
    if (!is_new && change.end > begun[change.path]) fail(mutant.name + ": two of its changes overlap");
    file->second.replace(change.begin, change.end - change.begin, change.text);
    begun[change.path] = change.begin;
  }
  return files;
}

}  // namespace mutants
