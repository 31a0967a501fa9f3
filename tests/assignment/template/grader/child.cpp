#include "child.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace grader {

const Array& Case::array(const std::string& name) const {
  const auto found = arrays.find(name);
  if (found == arrays.end()) throw std::runtime_error("the case has no input " + name);
  return found->second;
}

bnlab::Tensor Case::vector(const std::string& name) const {
  const Array& a = array(name);
  bnlab::Tensor t({a.values.size()});
  for (std::size_t i = 0; i < a.values.size(); ++i) t(i) = static_cast<bnlab::real>(a.values[i]);
  return t;
}

bnlab::Tensor Case::matrix(const std::string& name) const {
  bnlab::Tensor t({array(name).rows, array(name).cols});
  copy_to(name, t);
  return t;
}

void Case::copy_to(const std::string& name, bnlab::Tensor& t) const {
  const Array& a = array(name);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) t(i, j) = static_cast<bnlab::real>(a.values.at(i * a.cols + j));
  }
}

std::vector<std::uint8_t> Case::bytes(const std::string& name) const {
  std::vector<std::uint8_t> result;
  for (const double value : array(name).values) result.push_back(static_cast<std::uint8_t>(value));
  return result;
}

// One line to the judge.
static void say(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(3, text.data() + done, text.size() - done);
    if (n <= 0) std::_Exit(3);
    done += static_cast<std::size_t>(n);
  }
}

void Results::send(const std::string& name, std::size_t rows, std::size_t cols, const std::vector<double>& values) {
  std::string text = "out " + name + " " + std::to_string(rows) + " " + std::to_string(cols);
  char number[40];
  for (const double value : values) {
    std::snprintf(number, sizeof number, " %a", value);
    text += number;
  }
  say(text);
}

void Results::send(const std::string& name, const bnlab::Tensor& t) {
  std::vector<double> values;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) values.push_back(static_cast<double>(t(i, j)));
  }
  send(name, t.rows(), t.cols(), values);
}

bool Results::attempt(const std::function<void()>& steps) {
  try {
    steps();
    return true;
  } catch (const bnlab::Error& error) {
    say(std::string("fail error ") + error.what());
  } catch (const std::exception& error) {
    say(std::string("fail exception ") + error.what());
  } catch (...) {
    say("fail exception something other than a std::exception");
  }
  return false;
}

void Results::apart(bool silent, const std::function<void()>& steps) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit second{1, 1};
    ::setrlimit(RLIMIT_CPU, &second);
    if (silent) {
      try {
        steps();
      } catch (...) {
      }
    } else {
      attempt(steps);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!silent && WIFSIGNALED(status)) say("fail crash " + std::to_string(WTERMSIG(status)));
}

std::size_t changed_elsewhere(const bnlab::Tensor& before, const bnlab::Tensor& after, std::size_t column) {
  if (before.rows() != after.rows() || before.cols() != after.cols()) return before.size() + 1;
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.rows(); ++i) {
    for (std::size_t j = 0; j < before.cols(); ++j) {
      changed += j != column && before(i, j) != after(i, j) && before(i, j) == before(i, j);
    }
  }
  return changed;
}

int run(int count, char** words, const std::map<std::string, Task>& tasks) {
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
      say("case");
      results.attempt([&] { task->second(inputs, results); });
      say("end");
    }
  }
  return 0;
}

}  // namespace grader
