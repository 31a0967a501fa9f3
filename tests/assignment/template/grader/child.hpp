// What the child programs share. A child holds a student's code: it reads inputs, computes, and sends numbers. It knows
// nothing of what is right; the judge (judge.cpp), a program without student code, does.
//
//   standard input      case NAME              then, for each input,       in NAME ROWS COLUMNS value value …
//                       end                    and so on for the next case
//   file descriptor 3   case                   then, for each result,      out NAME ROWS COLUMNS value value …
//                       or, where something was thrown,                    fail KIND TEXT     KIND: error, exception
//                       end
//
// What a student's code prints goes to a file beside the program (build/grade/TASK.out): use it to look at things.
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
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
  const Array& array(const std::string& name) const {
    const auto found = arrays.find(name);
    if (found == arrays.end()) throw std::runtime_error("the case has no input " + name);
    return found->second;
  }
  double number(const std::string& name) const { return array(name).values.at(0); }
  std::size_t count(const std::string& name) const { return static_cast<std::size_t>(number(name)); }
  bnlab::Tensor vector(const std::string& name) const {
    const Array& a = array(name);
    bnlab::Tensor t({a.values.size()});
    for (std::size_t i = 0; i < a.values.size(); ++i) t(i) = static_cast<bnlab::real>(a.values[i]);
    return t;
  }
  bnlab::Tensor matrix(const std::string& name) const {
    const Array& a = array(name);
    bnlab::Tensor t({a.rows, a.cols});
    copy_to(name, t);
    return t;
  }
  // Into a tensor of any layout.
  void copy_to(const std::string& name, bnlab::Tensor& t) const {
    const Array& a = array(name);
    for (std::size_t i = 0; i < a.rows; ++i) {
      for (std::size_t j = 0; j < a.cols; ++j) t(i, j) = static_cast<bnlab::real>(a.values.at(i * a.cols + j));
    }
  }
  std::vector<std::uint8_t> bytes(const std::string& name) const {
    std::vector<std::uint8_t> result;
    for (const double value : array(name).values) result.push_back(static_cast<std::uint8_t>(value));
    return result;
  }
};

class Results {
 public:
  void line(const std::string& text) {
    const std::string whole = text + "\n";
    for (std::size_t done = 0; done < whole.size();) {
      const ssize_t n = ::write(3, whole.data() + done, whole.size() - done);
      if (n <= 0) std::_Exit(3);
      done += static_cast<std::size_t>(n);
    }
  }
  void send(const std::string& name, std::size_t rows, std::size_t cols, const std::vector<double>& values) {
    std::string text = "out " + name + " " + std::to_string(rows) + " " + std::to_string(cols);
    char number[40];
    for (const double value : values) {
      std::snprintf(number, sizeof number, " %a", value);
      text += number;
    }
    line(text);
  }
  void send(const std::string& name, double value) { send(name, 1, 1, {value}); }
  void send(const std::string& name, const std::vector<double>& values) { send(name, 1, values.size(), values); }
  void send(const std::string& name, const bnlab::Tensor& t) {
    std::vector<double> values;
    for (std::size_t i = 0; i < t.rows(); ++i) {
      for (std::size_t j = 0; j < t.cols(); ++j) values.push_back(static_cast<double>(t(i, j)));
    }
    send(name, t.rows(), t.cols(), values);
  }
  // Some steps; what they throw is reported, and the next attempt goes on. Was there nothing?
  bool attempt(const std::function<void()>& steps) {
    try {
      steps();
      return true;
    } catch (const bnlab::Error& error) {
      line(std::string("fail error ") + one_line(error.what()));
    } catch (const std::exception& error) {
      line(std::string("fail exception ") + one_line(error.what()));
    } catch (...) {
      line("fail exception something that is no std::exception");
    }
    return false;
  }

 private:
  static std::string one_line(std::string text) {
    for (char& c : text) {
      if (c == '\n' || c == '\r') c = ' ';
    }
    return text;
  }
};

using Task = std::function<void(const Case&, Results&)>;

// The main function of every child: the task that is named, for every case on standard input.
inline int run(int count, char** words, const std::map<std::string, Task>& tasks) {
  const auto task = tasks.find(count == 2 ? words[1] : "");
  if (task == tasks.end()) return 2;
  Results results;
  Case inputs;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    std::string word, name;
    fields >> word >> name;
    if (word == "case") inputs = {};
    if (word == "in") {
      Array a;
      fields >> a.rows >> a.cols;
      for (std::string value; fields >> value;) a.values.push_back(std::strtod(value.c_str(), nullptr));
      inputs.arrays[name] = a;
    }
    if (word == "end") {
      results.line("case");
      results.attempt([&] { task->second(inputs, results); });
      results.line("end");
    }
  }
  return 0;
}

// Access to private members, by a rule that the language has for it: the arguments of an explicit instantiation are not
// checked. The grader needs it to put right values where a student's earlier task would have put them.
template <class Tag, typename Tag::type Member>
struct Opens {
  friend typename Tag::type member(Tag) { return Member; }
};
#define GRADER_OPENS(tag, owner, member_name, ...)       \
  struct tag {                                           \
    using type = __VA_ARGS__ owner::*;                   \
    friend type member(tag);                             \
  };                                                     \
  template struct Opens<tag, &owner::member_name>;

}  // namespace grader
