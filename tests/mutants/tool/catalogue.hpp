// The mutants as tests/mutants/*.txt describe them: mistakes in words, and as short finds and replacements.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "source.hpp"

namespace mutants {

// One change: what is looked for in which place, and what is put there.
struct Edit {
  enum class Kind { replace, drop, after, before, first, last };
  std::string place;  // one name, or several joined by " & ": within all of them
  Kind kind = Kind::replace;
  std::string find, put;
  int line = 0;  // of the description, for messages
};

struct Mutant {
  std::string name;                                 // "batchnorm/eps-outside-root"
  std::string file;                                 // of the description
  std::map<std::string, std::string> fields;        // mistake, seen, test, task, advice, advised
  std::vector<Edit> edits;                          // none: known to the grader alone
  std::string field(const std::string& key) const;  // empty where it says nothing
  std::string short_name() const { return name.substr(name.find('/') + 1); }
};

// All descriptions in a folder, file by file in the order of their names, or in one file. Throws
// std::runtime_error with file and line where one is not written as tests/mutants/README.md says.
std::vector<Mutant> read_catalogue(const std::string& folder);

// The names of mistakes that the oracles below a folder can make: what they compare m with, m == "eps-outside-root".
std::vector<std::string> names_in_oracles(const std::string& folder);

// The sources below a project's folder, by their paths relative to it.
using Sources = std::map<std::string, Source>;
Sources read_sources(const std::string& project);

// The files that a mutant changes, as they are with the mistake. Throws std::runtime_error where a place or what is
// looked for in it is missing, or is there more than once.
std::map<std::string, std::string> apply(const Mutant& mutant, const Sources& sources);

}  // namespace mutants
