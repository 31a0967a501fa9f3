// Writes a file of cases to standard output.
//
//   make_cases SEED ROUNDS [TASK POINTS]…
//
// Run from the project's top folder: tests/mutants says which mistakes there are and what to tell who made them.
#include <cstdio>
#include <cstdlib>

#include "bnlab/core/random.hpp"
#include "cases.hpp"
#include "tests/mutants/tool/catalogue.hpp"

namespace cases {
namespace {

bnlab::Random& stream() {
  static bnlab::Random random(1, "cases");
  return random;
}

void append(std::string& text, const Matrix& m, const char* pattern) {
  text += " " + std::to_string(m.rows) + " " + std::to_string(m.cols);
  char number[40];
  for (const double value : m.values) {
    std::snprintf(number, sizeof number, pattern, value);
    text += number;
  }
  text += "\n";
}

bool differ(const Matrix& a, const Matrix& b, double tolerance) {
  if (a.rows != b.rows || a.cols != b.cols) return true;
  double size = 0, difference = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    if (!std::isfinite(b.values[i])) return true;
    size = std::max(size, std::abs(a.values[i]));
    difference = std::max(difference, std::abs(a.values[i] - b.values[i]));
  }
  return difference > 3 * tolerance * size;
}

}  // namespace

std::size_t Task::part(double weight, const std::string& name, const std::string& look) {
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    if (parts_[p].name == name) return p;
  }
  parts_.push_back({weight, name, look});
  return parts_.size() - 1;
}

void Task::add(const std::string& name, const Inputs& inputs, const Oracle& oracle, const std::vector<Wanted>& wanted,
               const std::vector<std::pair<std::string, double>>& constants) {
  text_ += "case " + name + "\n";
  for (const auto& [input, matrix] : inputs) {
    text_ += "in " + input;
    append(text_, matrix, " %.17g");
  }
  for (const auto& [constant, value] : constants) text_ += "constant " + constant + " " + std::to_string(value) + "\n";
  const Results right = oracle("");
  std::map<std::string, Results> wrong;
  for (const auto& [mistake, advice] : mistakes_) wrong[mistake] = oracle(mistake);
  for (const Wanted& w : wanted) {
    const auto found = right.find(w.name);
    if (found == right.end()) {
      std::fprintf(stderr, "make_cases: %s: the oracle computes no %s\n", name_.c_str(), w.name.c_str());
      std::exit(1);
    }
    char head[120];
    std::snprintf(head, sizeof head, "right %s %zu %d %g %g", w.name.c_str(), w.part, w.way, w.tolerance, w.floor);
    text_ += head;
    append(text_, found->second, " %.10g");
    for (const auto& [mistake, results] : wrong) {
      if (w.way > 1) break;  // advice looks at the first way
      const auto other = results.find(w.name);
      if (other == results.end() || !differ(found->second, other->second, w.tolerance)) continue;
      ++noticed_[mistake];
      text_ += "wrong " + mistake;
      append(text_, other->second, " %.6g");
    }
    for (const auto& [term, matrix] : w.terms) {
      text_ += "term " + term;
      append(text_, matrix, " %.10g");
    }
  }
}

void Task::write(double points) const {
  std::printf("task %s %s %g\n", name_.c_str(), child_.c_str(), points);
  for (const Part& p : parts_) std::printf("part %g %s | %s\n", p.weight, p.name.c_str(), p.look.c_str());
  for (const auto& [mistake, advice] : mistakes_) {
    std::printf("mistake %s %s\n", mistake.c_str(), advice.c_str());
    if (noticed_.count(mistake) == 0) {
      std::fprintf(stderr, "make_cases: %s: no case notices the mistake %s\n", name_.c_str(), mistake.c_str());
      std::exit(1);
    }
  }
  std::printf("%s", text_.c_str());
}

// What the grader knows of a task: those mistakes in tests/mutants that have advice.
std::vector<std::pair<std::string, std::string>> known_mistakes(const std::vector<mutants::Mutant>& all,
                                                                const std::string& task) {
  std::vector<std::pair<std::string, std::string>> known;
  for (const mutants::Mutant& mutant : all) {
    const std::string advice = mutant.field("advice");
    if (mutant.field("task") == task && !advice.empty()) known.emplace_back(mutant.short_name(), advice);
  }
  return known;
}

double as_float(double x) { return static_cast<double>(static_cast<float>(x)); }

Matrix random_matrix(std::size_t rows, std::size_t cols, double low, double high) {
  Matrix m(rows, cols);
  for (double& value : m.values) value = as_float(stream().uniform(low, high));
  return m;
}

std::size_t random_below(std::size_t bound) { return stream().below(static_cast<std::uint32_t>(bound)); }

}  // namespace cases

int main(int count, char** words) {
  using namespace cases;
  struct Entry {
    const char *name, *child;
    void (*add)(Task&, std::size_t);
  };
  const Entry known[] = {{"idx-reader", "idx", idx_reader},
                         {"linear-forward", "linear", linear_forward},
                         {"linear-backward", "linear", linear_backward},
                         {"relu", "relu", relu},
                         {"softmax-cross-entropy", "loss", softmax_cross_entropy},
                         {"batchnorm-forward", "batchnorm", batchnorm_forward},
                         {"batchnorm-evaluation", "batchnorm", batchnorm_evaluation},
                         {"batchnorm-backward", "batchnorm", batchnorm_backward},
                         {"sgd", "sgd", sgd},
                         {"adam", "adam", adam},
                         {"training-loop", "loop", training_loop}};
  if (count < 3 || count % 2 == 0) {
    std::fprintf(stderr, "usage: make_cases SEED ROUNDS [TASK POINTS]...\n");
    return 2;
  }
  const std::vector<mutants::Mutant> mistakes = mutants::read_catalogue("tests/mutants");
  const std::size_t rounds = static_cast<std::size_t>(std::atoi(words[2]));
  for (int i = 3; i < count; i += 2) {
    const std::string name = words[i];
    bool found = false;
    for (const Entry& entry : known) {
      if (name != entry.name) continue;
      found = true;
      // Each task's numbers depend on its own name and the seed alone.
      stream() = bnlab::Random(static_cast<std::uint64_t>(std::atoll(words[1])), name);
      Task task(entry.name, entry.child, known_mistakes(mistakes, name));
      for (std::size_t round = 0; round < rounds; ++round) entry.add(task, round);
      task.write(std::atof(words[i + 1]));
    }
    if (!found) {
      std::fprintf(stderr, "%s: expected the name of a task, found '%s'\n", "tasks.conf", name.c_str());
      return 2;
    }
  }
  return 0;
}
