// What the child programs share. A child contains student code: it reads inputs, calls the student's functions, and
// sends the results. Only the judge (judge.cpp), a program without student code, knows the expected results.
//
//   standard input      case NAME              then, for each input,       in NAME ROWS COLUMNS value value …
//                       end                    and so on for the next case
//   file descriptor 3   case                   then, for each result,      out NAME ROWS COLUMNS value value …
//                       or, where something was thrown,                    fail KIND TEXT     KIND: error, exception
//                       end
//
// What student code prints goes to build/grade/TASK.out.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bnlab/core/error.hpp"
#include "bnlab/core/tensor.hpp"

namespace grader {

struct Array {
  std::size_t rows = 0, cols = 0;
  std::vector<double> values;
};

// The inputs of one case.
class Case {
 public:
  std::map<std::string, Array> arrays;

  bool has(const std::string& name) const { return arrays.count(name) > 0; }
  const Array& array(const std::string& name) const;
  double number(const std::string& name) const { return array(name).values.at(0); }
  std::size_t count(const std::string& name) const { return static_cast<std::size_t>(number(name)); }
  bnlab::Tensor vector(const std::string& name) const;
  bnlab::Tensor matrix(const std::string& name) const;
  void copy_to(const std::string& name, bnlab::Tensor& t) const;  // into a tensor of any layout
  std::vector<std::uint8_t> bytes(const std::string& name) const;
};

class Results {
 public:
  void send(const std::string& name, std::size_t rows, std::size_t cols, const std::vector<double>& values);
  void send(const std::string& name, double value) { send(name, 1, 1, {value}); }
  void send(const std::string& name, const std::vector<double>& values) { send(name, 1, values.size(), values); }
  void send(const std::string& name, const bnlab::Tensor& t);
  // Runs some steps. If they throw, that is reported and the result is false; later attempts still run.
  bool attempt(const std::function<void()>& steps);
  // Runs some steps in a process of their own, so that a crash or corrupt memory does not affect the others. `silent`:
  // the steps also call other tasks' functions, so errors in them are not reported as this task's.
  void apart(bool silent, const std::function<void()>& steps);
};

// How many entries differ outside of column `column`: what belongs to other threads must stay as it was.
std::size_t changed_elsewhere(const bnlab::Tensor& before, const bnlab::Tensor& after, std::size_t column);

using Task = std::function<void(const Case&, Results&)>;

// The main function of every child: the task that is named, for every case on standard input.
int run(int count, char** words, const std::map<std::string, Task>& tasks);

// Access to private and protected members: C++ does not check access in the arguments of an explicit instantiation. The
// grader uses it to supply the results of earlier tasks.
template <class Tag, typename Tag::type Member>
struct Opens {
  friend typename Tag::type member(Tag) { return Member; }
};
#define GRADER_OPENS(tag, owner, member_name, ...) \
  struct tag {                                     \
    using type = __VA_ARGS__ owner::*;             \
    friend type member(tag);                       \
  };                                               \
  template struct Opens<tag, &owner::member_name>;

}  // namespace grader
