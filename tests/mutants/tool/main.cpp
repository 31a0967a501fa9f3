// Finds mutants in the sources and puts them there. Run from the project's top folder.
//
//   mutate check [PREFIX]        finds the place of each mutant; prints those whose place is not found, and mistakes of
//   the
//                                grader that nothing describes; status 1 if there are any
//   mutate check-suites [SUITE]… the same for those that these tests should notice: nn/batchnorm
//   mutate list [PREFIX]         names of mutants that change code, each with its task, if it has one
//   mutate field NAME KEY        what a description says: mistake, seen, test, task, advice, advised
//   mutate apply NAME PROJECT    changes the files below that folder; prints their paths
//   mutate replace FOLDER PROJECT
//                                puts an alternative solution in place of the regions (tests/assignment/alternatives)
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>

#include "alternative.hpp"
#include "catalogue.hpp"

namespace {

using mutants::Mutant;

constexpr const char* kFolder = "tests/mutants";

const Mutant& named(const std::vector<Mutant>& all, const std::string& name) {
  for (const Mutant& mutant : all) {
    if (mutant.name == name) return mutant;
  }
  throw std::runtime_error("there is no mutant '" + name + "'; see " + kFolder);
}

// What the grader's oracles can do wrong must be described, too. Returns how many are not.
std::size_t unknown_to(const std::vector<Mutant>& all) {
  std::size_t unknown = 0;
  for (const std::string& name : mutants::names_in_oracles("tests/assignment/cases")) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const Mutant& mutant) {
      return mutant.short_name() == name && !mutant.field("advice").empty();
    });
    if (known) continue;
    std::printf("tests/assignment/cases: the mistake '%s' is described nowhere in %s\n", name.c_str(), kFolder);
    ++unknown;
  }
  return unknown;
}

int check(const std::vector<Mutant>& all, const std::vector<Mutant>& chosen) {
  const mutants::Sources sources = mutants::read_sources(".");
  std::size_t lost = unknown_to(all);
  for (const Mutant& mutant : chosen) {
    try {
      mutants::apply(mutant, sources);
    } catch (const std::runtime_error& error) {
      std::printf("does not apply: %s\n", error.what());
      ++lost;
    }
  }
  std::printf("mutants: %zu looked for in the sources, %zu not as described\n", chosen.size(), lost);
  return lost == 0 ? 0 : 1;
}

// Those that change code and whose names begin so.
std::vector<Mutant> with_prefix(const std::vector<Mutant>& all, const std::string& prefix) {
  std::vector<Mutant> chosen;
  for (const Mutant& mutant : all) {
    if (mutant.name.starts_with(prefix) && !mutant.edits.empty()) chosen.push_back(mutant);
  }
  if (chosen.empty()) throw std::runtime_error("no mutant's name begins with '" + prefix + "'; see " + kFolder);
  return chosen;
}

// Those that these suites should notice; without suites all that change code.
std::vector<Mutant> of_suites(const std::vector<Mutant>& all, const std::vector<std::string>& suites) {
  std::vector<Mutant> chosen;
  for (const Mutant& mutant : all) {
    const bool wanted = suites.empty() || std::find(suites.begin(), suites.end(), mutant.field("test")) != suites.end();
    if (wanted && !mutant.edits.empty()) chosen.push_back(mutant);
  }
  return chosen;
}

void write(const std::string& project, const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    std::ofstream file(project + "/" + path, std::ios::binary);
    if (!(file << text).flush()) throw std::runtime_error(project + "/" + path + ": cannot be written");
    std::printf("%s\n", path.c_str());
  }
}

int run(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words[0];
  const std::string first = words.size() > 1 ? words[1] : "";
  if (command == "replace" && words.size() == 3) {
    write(words[2], mutants::replace_regions(first, mutants::read_sources(words[2])));
    return 0;
  }
  const std::vector<Mutant> all = mutants::read_catalogue(kFolder);
  if (command == "check") return check(all, with_prefix(all, first));
  if (command == "check-suites") return check(all, of_suites(all, {words.begin() + 1, words.end()}));
  if (command == "list") {
    for (const Mutant& mutant : with_prefix(all, first)) {
      std::printf("%s %s\n", mutant.name.c_str(), mutant.field("task").c_str());
    }
    return 0;
  }
  if (command == "field" && words.size() == 3) {
    std::printf("%s\n", named(all, first).field(words[2]).c_str());
    return 0;
  }
  if (command == "apply" && words.size() == 3) {
    write(words[2], mutants::apply(named(all, first), mutants::read_sources(words[2])));
    return 0;
  }
  std::fprintf(stderr,
               "usage: mutate check|list [PREFIX] | check-suites [SUITE]... | field NAME KEY | apply NAME PROJECT | "
               "replace FOLDER PROJECT\n");
  return 2;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mutate: %s\n", error.what());
    return 1;
  }
}
