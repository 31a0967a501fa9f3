// How a file of cases is written: inputs, right results, and the results of known mistakes.
//
// Each task has an oracle: a function that computes all results from the definitions, in double, with plain loops, and
// can be told to make a mistake. It shares no code with src. The judge gets only the numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cases {

struct Matrix {
  std::size_t rows = 0, cols = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(std::size_t rows_, std::size_t cols_) : rows(rows_), cols(cols_), values(rows_ * cols_, 0) {}
  Matrix(std::initializer_list<double> row) : rows(1), cols(row.size()), values(row) {}
  double& operator()(std::size_t i, std::size_t j) { return values[i * cols + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
  double& operator[](std::size_t i) { return values[i]; }
  double operator[](std::size_t i) const { return values[i]; }
};

using Inputs = std::vector<std::pair<std::string, Matrix>>;
using Results = std::map<std::string, Matrix>;
// The mistake's name, or "" for none. Results that a mistake does not touch may be left out then.
using Oracle = std::function<Results(const std::string&)>;

// A result that is looked at: it belongs to a part of the task, and to one way of being right (see judge.cpp).
struct Wanted {
  std::string name;
  std::size_t part = 0;
  int way = 1;
  double floor = 0;         // errors are relative, but for entries below this: then to it; 0: judge.cpp's own rule
  double tolerance = 3e-4;  // tasks are graded in float; what a mistake changes is far larger
  std::vector<std::pair<std::string, Matrix>> terms = {};  // the right result as a sum; '_' in names for spaces
};

class Task {
 public:
  // `mistakes`: what the grader knows of this task, name and advice; tests/mutants describes them.
  Task(std::string name, std::string child, std::vector<std::pair<std::string, std::string>> mistakes)
      : name_(std::move(name)), child_(std::move(child)), mistakes_(std::move(mistakes)) {}

  // What is looked at separately, the same in every round. `look` ends the sentence "Look at …". Returns the part's
  // number.
  std::size_t part(double weight, const std::string& name, const std::string& look);
  void add(const std::string& name, const Inputs& inputs, const Oracle& oracle, const std::vector<Wanted>& wanted,
           const std::vector<std::pair<std::string, double>>& constants = {});
  // Ends the program if a mistake changes no result: the cases would not notice it.
  void write(double points) const;
  const std::string& name() const { return name_; }

 private:
  struct Part {
    double weight;
    std::string name, look;
  };
  std::string name_, child_, text_;
  std::vector<Part> parts_;
  std::vector<std::pair<std::string, std::string>> mistakes_;
  std::map<std::string, int> noticed_;
};

// Numbers that a float holds exactly, so that a student's program starts from the same.
Matrix random_matrix(std::size_t rows, std::size_t cols, double low = -1, double high = 1);
std::size_t random_below(std::size_t bound);
double as_float(double x);

// One per file of this folder; `round` 0 for the students' cases, 1, 2, … for others of other sizes.
void idx_reader(Task& task, std::size_t round);
void linear_forward(Task& task, std::size_t round);
void linear_backward(Task& task, std::size_t round);
void relu(Task& task, std::size_t round);
void softmax_cross_entropy(Task& task, std::size_t round);
void batchnorm_forward(Task& task, std::size_t round);
void batchnorm_evaluation(Task& task, std::size_t round);
void batchnorm_backward(Task& task, std::size_t round);
void sgd(Task& task, std::size_t round);
void adam(Task& task, std::size_t round);
void training_loop(Task& task, std::size_t round);

}  // namespace cases
