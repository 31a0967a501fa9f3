// Runs the program as a user would and catches what it says.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "../support.hpp"

extern "C" char** environ;

namespace bnlab::testing {

using Words = std::vector<std::string>;

inline Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

struct Outcome {
  int status = -1;  // 256 + N: ended by signal N
  std::string out, err;
  std::vector<std::string> results() const {
    std::vector<std::string> lines;
    std::istringstream stream(out);
    for (std::string line; std::getline(stream, line);) {
      if (line.rfind("result ", 0) == 0) lines.push_back(line);
    }
    return lines;
  }
};

// The value of name=… in a result line; empty if there is none.
inline std::string field(const std::string& line, const std::string& name) {
  const std::size_t at = line.find(" " + name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 2;
  return line.substr(begin, line.find(' ', begin) - begin);
}

inline std::string program(const char* variable = "BNLAB") {
  const char* path = std::getenv(variable);
  REQUIRE_MESSAGE(path != nullptr, variable << " must name the program to test; run the tests with make");
  return std::filesystem::absolute(path).string();
}

// What a test does to the program beside running it.
struct Circumstances {
  bool terminal = false;  // its standard output is a (pseudo) terminal
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::function<void()> in_child = {};                            // before it begins
  std::function<void(pid_t, const std::string&)> meanwhile = {};  // while it runs; given the file of its output
};

// Runs it in `folder` (default: the project's top).
inline Outcome run_program(const std::string& path, std::vector<std::string> words, const std::string& folder = ".",
                           const Circumstances& circumstances = {}) {
  const bool terminal = circumstances.terminal;
  TempFolder logs;
  const std::string out = logs / "out", err = logs / "err";
  int master = -1;
  if (terminal) {
    master = ::posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(master >= 0);
    REQUIRE((::grantpt(master) == 0 && ::unlockpt(master) == 0));
  }
  const std::string out_path = terminal ? ::ptsname(master) : out;
  // All that the child needs is made before the fork: it must not allocate, as another thread, such as a test's server,
  // may hold the allocator's lock at that moment.
  std::vector<char*> arguments = {const_cast<char*>(path.c_str())}, environment;
  for (std::string& word : words) arguments.push_back(word.data());
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry, name = text.substr(0, text.find('='));
    if (name != "NO_COLOR" && name != "COLORTERM") variables[name] = text;
  }
  variables["TERM"] = "TERM=xterm";
  for (const auto& [name, value] : circumstances.environment) variables[name] = name + "=" + value;
  for (auto& [name, text] : variables) environment.push_back(text.data());
  arguments.push_back(nullptr), environment.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int to_out = ::open(out_path.c_str(), O_RDWR | O_CREAT | O_NOCTTY, 0600);
    const int to_err = ::open(err.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(to_out, STDOUT_FILENO), ::dup2(to_err, STDERR_FILENO);
    ::alarm(300);  // a program that hangs is ended, and the test fails
    if (circumstances.in_child) circumstances.in_child();
    if (::chdir(folder.c_str()) == 0) ::execve(path.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  Outcome outcome;
  int status = 0;
  if (circumstances.meanwhile) circumstances.meanwhile(child, out);
  if (terminal) {
    // Keep the terminal open on our side until the child is done; read all the while so that it never waits for us.
    const int hold = ::open(out_path.c_str(), O_RDWR | O_NOCTTY);
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    bool running = true;
    while (running) {
      running = ::waitpid(child, &status, WNOHANG) == 0;
      char buffer[4096];
      ssize_t got;
      while ((got = ::read(master, buffer, sizeof buffer)) > 0)
        outcome.out.append(buffer, static_cast<std::size_t>(got));
      if (running) ::usleep(2000);
    }
    ::close(hold);
    ::close(master);
  } else {
    ::waitpid(child, &status, 0);
    outcome.out = read_text(out);
  }
  outcome.err = read_text(err);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
  return outcome;
}

inline Outcome bnlab_program(std::vector<std::string> words, const std::string& folder = ".") {
  return run_program(program(), std::move(words), folder);
}

// One line on standard error, nothing else there.
inline bool one_line(const std::string& text) {
  return !text.empty() && text.back() == '\n' && text.find('\n') == text.size() - 1;
}

}  // namespace bnlab::testing
