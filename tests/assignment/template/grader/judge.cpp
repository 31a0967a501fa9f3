// The judge: runs one child program per task, sends it inputs, compares its results with the expected ones, and reports
// the most likely mistake. This program contains neither student code nor solutions, only expected numbers, which it
// reads from a file of cases (grader/cases.txt).
//
//   judge --cases FILE --children FOLDER [--results FILE] [--task NAME] [--user UID]
//
// Exit status: 0 full score, 1 less, 2 wrong usage or a grader that cannot do its work.
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

// Limits of one task.
constexpr rlim_t kCpuSeconds = 4;
constexpr double kWallSeconds = 15;
constexpr rlim_t kMemory = rlim_t{1} << 30;
constexpr std::size_t kLongestAnswer = std::size_t{32} << 20;

using Numbers = std::vector<double>;

struct Array {
  std::size_t rows = 0, cols = 0;
  Numbers values;
};
struct Named {
  std::string name;
  Array array;
};

// A result that a child should send: the expected value, the tolerance, and the values that known mistakes give.
struct Output {
  std::string name;
  std::size_t part = 0;
  int way = 1;  // a part is right when all outputs of one of its ways are
  double tolerance = 0;
  double floor = 0;
  Array right;
  std::vector<Named> mistakes;  // by the mistake's name, where it makes a difference
  std::vector<Named> terms;     // whose sum is the right result
};
struct Case {
  std::string name;
  std::string inputs;
  std::vector<Output> outputs;
  std::vector<std::pair<std::string, double>> constants;  // "N" 5: for "5 times too large; 5 is N"
};
struct Part {
  std::string name;
  std::string look;
  double weight = 0;
};
struct Task {
  std::string name;
  std::string child;
  double points = 0;
  std::vector<Part> parts;
  std::vector<std::pair<std::string, std::string>> mistakes;  // name, advice
  std::vector<Case> cases;
};

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "grade: %s\n", message.c_str());
  std::exit(2);
}

std::string text(const char* pattern, double number) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, number);
  return buffer;
}
std::string short_number(double x) { return text("%.4g", x); }

// "0.5", "12" for points.
std::string points_text(double x) { return text("%.4g", std::round(x * 100) / 100); }

// --- The file of cases ----------------------------------------------------------------------------------------------

Array read_array(std::istringstream& fields) {
  Array a;
  fields >> a.rows >> a.cols;
  for (std::string value; fields >> value;) a.values.push_back(std::strtod(value.c_str(), nullptr));
  return a;
}

std::string rest_of(std::istringstream& fields) {
  std::string rest;
  std::getline(fields >> std::ws, rest);
  return rest;
}

std::vector<Task> read_cases(const std::string& path) {
  std::ifstream file(path);
  if (!file) give_up(path + ": expected a file of cases, found none");
  std::vector<Task> tasks;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string word, name;
    fields >> word;
    if (word.empty() || word[0] == '#') continue;
    if (word == "task") {
      Task task;
      fields >> task.name >> task.child >> task.points;
      tasks.push_back(task);
      continue;
    }
    if (tasks.empty()) give_up(path + ": not a file of cases");
    Task& task = tasks.back();
    if (word == "part") {
      Part part;
      fields >> part.weight;
      std::string both = rest_of(fields);
      part.name = both.substr(0, both.find(" | "));
      part.look = both.substr(both.find(" | ") + 3);
      task.parts.push_back(part);
    } else if (word == "mistake") {
      fields >> name;
      task.mistakes.emplace_back(name, rest_of(fields));
    } else if (word == "case") {
      Case one;
      one.name = rest_of(fields);
      task.cases.push_back(one);
    } else if (word == "in") {
      task.cases.back().inputs += line + "\n";
    } else if (word == "constant") {
      double value = 0;
      fields >> name >> value;
      task.cases.back().constants.emplace_back(name, value);
    } else if (word == "right") {
      Output output;
      fields >> output.name >> output.part >> output.way >> output.tolerance >> output.floor;
      output.right = read_array(fields);
      task.cases.back().outputs.push_back(output);
    } else if (word == "wrong" || word == "term") {
      fields >> name;
      std::vector<Output>& outputs = task.cases.back().outputs;
      if (outputs.empty()) give_up(path + ": '" + word + "' before any output");
      std::replace(name.begin(), name.end(), '_', word == "term" ? ' ' : '_');
      std::vector<Named>& list = word == "wrong" ? outputs.back().mistakes : outputs.back().terms;
      list.push_back({name, read_array(fields)});
    } else {
      give_up(path + ": unknown line '" + word + "'");
    }
  }
  return tasks;
}

// --- Running a child ------------------------------------------------------------------------------------------------

struct Answer {  // to one case
  std::map<std::string, Array> outputs;
  std::vector<std::string> failures;  // "error …", "exception …"
  bool ended = false;
};
struct Run {
  std::vector<Answer> answers;
  std::string ending;  // why it did not end well; empty: it did
};

// Everything that a child has started and left behind. Its orphans become our children (on Linux); another user's are
// killed with that user's privileges.
void end_the_rest(int user) {
  if (user >= 0) {
    const pid_t killer = ::fork();
    if (killer == 0) {
      if (::setuid(static_cast<uid_t>(user)) == 0) ::kill(-1, SIGKILL);
      ::_exit(0);
    }
    ::waitpid(killer, nullptr, 0);
  }
#ifdef __linux__
  for (int round = 0; round < 100; ++round) {
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    int count = 0;
    for (pid_t pid; children >> pid; ++count) ::kill(pid, SIGKILL);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (count == 0) return;
    ::usleep(2000);
  }
#endif
}

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(static_cast<decltype(RLIMIT_CPU)>(resource), &both);
}

[[noreturn]] void become_child(const std::string& program, const Task& task, int input, int output, int user) {
  ::setsid();
  const std::string printed = program.substr(0, program.rfind('/') + 1) + task.name + ".out";
  int log = user >= 0 ? ::open("/dev/null", O_WRONLY) : ::open(printed.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (::dup2(input, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0 || ::dup2(output, 3) < 0) ::_exit(126);
  for (int fd = 4; fd < 64; ++fd) ::close(fd);
  limit(RLIMIT_CPU, kCpuSeconds);
  limit(RLIMIT_AS, kMemory);
  limit(RLIMIT_FSIZE, rlim_t{16} << 20);
  limit(RLIMIT_CORE, 0);
  if (user >= 0) {
    limit(RLIMIT_NPROC, 32);
    if (::setgroups(0, nullptr) != 0 || ::setgid(static_cast<gid_t>(user)) != 0 ||
        ::setuid(static_cast<uid_t>(user)) != 0) {
      ::_exit(126);
    }
  }
  const char* folder = std::getenv("TMPDIR");
  std::string temporary = std::string("TMPDIR=") + (folder != nullptr && user < 0 ? folder : "/tmp");
  std::string path = "PATH=/usr/bin:/bin";
  std::string name = task.name;
  std::string self = program;
  char* words[] = {self.data(), name.data(), nullptr};
  char* environment[] = {path.data(), temporary.data(), nullptr};
  ::execve(program.c_str(), words, environment);
  ::_exit(127);
}

// What a child sent, line by line. It is untrusted input.
std::vector<Answer> read_answers(const std::string& sent) {
  std::vector<Answer> answers;
  std::istringstream lines(sent);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string word, name;
    fields >> word;
    if (word == "case") answers.push_back({});
    if (answers.empty()) continue;
    if (word == "out" && fields >> name) {
      const Array a = read_array(fields);
      if (a.rows * a.cols == a.values.size()) answers.back().outputs[name] = a;
    }
    if (word == "fail") answers.back().failures.push_back(rest_of(fields));
    if (word == "end") answers.back().ended = true;
  }
  return answers;
}

// "crashed …" or "stopped …"; {} is for the case in which it did.
std::string how_it_ended(int status, bool too_late) {
  if (too_late) return "stopped after " + text("%.0f", kWallSeconds) + " seconds{}: does it block or sleep?";
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU || signal == SIGKILL) {
      return "stopped after " + std::to_string(kCpuSeconds) + " seconds of CPU time{}: an infinite loop?";
    }
    const std::string what = signal == SIGSEGV || signal == SIGBUS ? "invalid memory access"
                             : signal == SIGFPE                    ? "integer division by zero"
                             : signal == SIGABRT                   ? "aborted, by a failed assertion or heap corruption"
                                                                   : ::strsignal(signal);
    return "crashed{}: " + what + " (signal " + std::to_string(signal) +
           "). An index out of range? Try make DEBUG=1 test";
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    return "ended with status " + std::to_string(WEXITSTATUS(status)) + "{}";
  return "";
}

Run run_child(const std::string& program, const Task& task, int user) {
  std::string inputs;
  for (const Case& one : task.cases) inputs += "case case\n" + one.inputs + "end\n";
  int to_child[2], from_child[2];
  if (::pipe(to_child) != 0 || ::pipe(from_child) != 0) give_up("no more pipes");
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) give_up("no more processes");
  if (child == 0) become_child(program, task, to_child[0], from_child[1], user);
  ::close(to_child[0]);
  ::close(from_child[1]);
  ::fcntl(to_child[1], F_SETFL, O_NONBLOCK);
  ::fcntl(from_child[0], F_SETFL, O_NONBLOCK);

  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  std::string sent;
  std::size_t written = 0;
  int status = 0;
  bool ended = false;
  bool too_late = false;
  bool open = true;
  char buffer[65536];
  while (true) {
    if (!ended) ended = ::waitpid(child, &status, WNOHANG) == child;
    pollfd ends[2] = {{from_child[0], POLLIN, 0}, {to_child[1], POLLOUT, 0}};
    ::poll(ends, written < inputs.size() ? 2 : 1, ended ? 0 : 5);
    const ssize_t n = open ? ::read(from_child[0], buffer, sizeof buffer) : -1;
    if (n > 0 && sent.size() < kLongestAnswer) sent.append(buffer, static_cast<std::size_t>(n));
    if (n == 0) open = false;
    if (written < inputs.size()) {
      const ssize_t more = ::write(to_child[1], inputs.data() + written, inputs.size() - written);
      if (more > 0) written += static_cast<std::size_t>(more);
      if (more < 0 && errno != EAGAIN) written = inputs.size();  // the child has closed its stdin
      if (written == inputs.size()) ::close(to_child[1]);
    }
    if (ended) break;
    if (std::chrono::duration<double>(Clock::now() - start).count() > kWallSeconds) {
      too_late = true;
      ::kill(-child, SIGKILL);
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      break;
    }
  }
  if (written < inputs.size()) ::close(to_child[1]);
  ::kill(-child, SIGKILL);
  end_the_rest(user);
  for (ssize_t n; (n = ::read(from_child[0], buffer, sizeof buffer)) > 0 && sent.size() < kLongestAnswer;) {
    sent.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(from_child[0]);
  Run run{read_answers(sent), how_it_ended(status, too_late)};
  const bool complete = run.answers.size() == task.cases.size() && run.answers.back().ended;
  if (run.ending.empty() && !complete) run.ending = "ended early{}, before it sent its results: does it call exit?";
  return run;
}

// --- Comparing ------------------------------------------------------------------------------------------------------

bool same_number(double got, double wanted, double tolerance, double scale) {
  if (std::isnan(wanted)) return std::isnan(got);
  if (std::isinf(wanted)) return got == wanted;
  return std::abs(got - wanted) <= tolerance * std::max(std::abs(wanted), scale);
}

// What an entry's error is measured against where the entry itself is small: a tenth of the root mean square of its
// column (of the whole, in a vector), so that rounding near 0 is no mistake.
Numbers scales(const Output& output, const Array& wanted) {
  const std::size_t columns = wanted.rows > 1 ? wanted.cols : 1;
  Numbers sums(columns, 0);
  Numbers result(columns, output.floor);
  if (output.floor > 0 || wanted.values.empty()) return result;
  for (std::size_t i = 0; i < wanted.values.size(); ++i) sums[i % columns] += wanted.values[i] * wanted.values[i];
  const double count = static_cast<double>(wanted.values.size() / columns);
  for (std::size_t c = 0; c < columns; ++c) result[c] = 0.1 * std::sqrt(sums[c] / count);
  return result;
}

// The first entry that differs, or the number of entries where none does.
std::size_t first_difference(const Output& output, const Array& got, const Array& wanted, double looser = 1) {
  const Numbers scale = scales(output, wanted);
  for (std::size_t i = 0; i < wanted.values.size(); ++i) {
    if (!same_number(got.values[i], wanted.values[i], output.tolerance * looser, scale[i % scale.size()])) return i;
  }
  return wanted.values.size();
}

bool same_shape(const Array& a, const Array& b) { return a.rows == b.rows && a.cols == b.cols; }
bool equal(const Output& output, const Array& got, const Array& wanted, double looser = 1) {
  return same_shape(got, wanted) && first_difference(output, got, wanted, looser) == wanted.values.size();
}

const Array* find(const Answer& answer, const std::string& name) {
  const auto found = answer.outputs.find(name);
  return found == answer.outputs.end() ? nullptr : &found->second;
}

const Array* find(const std::vector<Named>& list, const std::string& name) {
  for (const Named& named : list) {
    if (named.name == name) return &named.array;
  }
  return nullptr;
}

// "5 times as large as it should be; 5 is N"; "half as large"; a constant of the case where the factor is one.
std::string factor_text(double factor, const Case& one) {
  std::string is;
  for (const auto& [name, value] : one.constants) {
    if (std::abs(factor - value) < 1e-3 * std::abs(value)) is = "; " + short_number(factor) + " is " + name;
    if (std::abs(factor * value - 1) < 1e-3) is = "; " + short_number(factor) + " is 1/" + name;
  }
  if (std::abs(factor + 1) < 1e-3) return "has the wrong sign";
  return "is " + short_number(factor) + " times what it should be" + is;
}

// The factors with which the terms add up to what came: least squares, by the normal equations. Empty if they do not.
Numbers fit(const std::vector<Named>& terms, const Array& got) {
  const std::size_t T = terms.size();
  std::vector<Numbers> rows(T, Numbers(T + 1, 0));
  double size = 0;
  for (std::size_t k = 0; k < got.values.size(); ++k) {
    size += got.values[k] * got.values[k];
    for (std::size_t i = 0; i < T; ++i) {
      const double term = terms[i].array.values[k];
      rows[i][T] += term * got.values[k];
      for (std::size_t j = 0; j < T; ++j) rows[i][j] += term * terms[j].array.values[k];
    }
  }
  for (std::size_t i = 0; i < T; ++i) {
    if (std::abs(rows[i][i]) < 1e-12) return {};
    for (std::size_t r = 0; r < T; ++r) {
      if (r == i) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (std::size_t c = 0; c <= T; ++c) rows[r][c] -= factor * rows[i][c];
    }
  }
  Numbers factors;
  for (std::size_t i = 0; i < T; ++i) factors.push_back(rows[i][T] / rows[i][i]);
  double left = 0;
  for (std::size_t k = 0; k < got.values.size(); ++k) {
    double rest = got.values[k];
    for (std::size_t i = 0; i < T; ++i) rest -= factors[i] * terms[i].array.values[k];
    left += rest * rest;
  }
  return left <= 1e-5 * size ? factors : Numbers{};
}

std::string fit_text(const Output& output, const Case& one, const Array& got) {
  const Numbers factors = fit(output.terms, got);
  if (factors.empty()) return "";
  std::string wrong;
  bool all_alike = true;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    all_alike = all_alike && std::abs(factors[i] - factors[0]) < 1e-3;
    if (std::abs(factors[i] - 1) < 1e-3) continue;
    wrong += (wrong.empty() ? "" : ", and ") + output.terms[i].name + " " +
             (std::abs(factors[i]) < 1e-3 ? "is missing" : factor_text(factors[i], one));
  }
  if (wrong.empty()) return "";
  return all_alike && factors.size() > 1 ? output.name + " as a whole " + factor_text(factors[0], one) : wrong;
}

std::string place(const Array& a, std::size_t i) {
  if (a.rows <= 1 && a.cols <= 1) return "";
  if (a.rows <= 1) return "[" + std::to_string(i) + "]";
  return "[" + std::to_string(i / a.cols) + "][" + std::to_string(i % a.cols) + "]";
}

std::string shape_text(const Array& a) { return "[" + std::to_string(a.rows) + ", " + std::to_string(a.cols) + "]"; }

// A description of a wrong result that no known mistake explains.
std::string describe(const Output& output, const Case& one, const Array& got) {
  const std::string name = output.name;
  const std::string in = " (" + one.name + ")";
  if (!same_shape(got, output.right)) {
    return name + " has the shape " + shape_text(got) + ", expected " + shape_text(output.right) + in;
  }
  const Numbers& have = got.values;
  const Numbers& want = output.right.values;
  for (std::size_t i = 0; i < have.size(); ++i) {
    if (!std::isfinite(have[i])) return name + place(got, i) + " is not a finite number" + in;
  }
  if (std::all_of(have.begin(), have.end(), [](double v) { return v == 0; })) {
    return name + " is 0 everywhere: is it written?" + in;
  }
  if (std::count(have.begin(), have.end(), 77.0) > 0) {
    const auto at = static_cast<std::size_t>(std::find(have.begin(), have.end(), 77.0) - have.begin());
    return name + place(got, at) + " is not written, or is accumulated onto the old value" + in;
  }
  if (!output.terms.empty()) {
    const std::string said = fit_text(output, one, got);
    if (!said.empty()) return said + in;
  }
  const std::size_t first = first_difference(output, got, output.right);
  if (want[first] != 0 && want.size() > 1) {
    const double factor = have[first] / want[first];
    Array scaled = output.right;
    for (double& v : scaled.values) v *= factor;
    if (equal(output, got, scaled, 3)) return name + " " + factor_text(factor, one) + in;
  }
  Numbers sorted_have = have;
  Numbers sorted_want = want;
  std::sort(sorted_have.begin(), sorted_have.end());
  std::sort(sorted_want.begin(), sorted_want.end());
  if (equal(output, {1, have.size(), sorted_have}, {1, want.size(), sorted_want}) && want.size() > 2) {
    return name + " has the right numbers in the wrong places: are indices swapped, or is it transposed?" + in;
  }
  return name + place(got, first) + " is " + short_number(have[first]) + ", expected " + short_number(want[first]) + in;
}

// --- Judging --------------------------------------------------------------------------------------------------------

struct Verdict {
  std::string word;
  std::string advice;
  double points = 0;
  std::vector<bool> parts;
};

struct Wrong {  // an incorrect result
  const Case* one;
  const Output* output;
  const Array* got;  // null: there is none
};

// A part is right if all outputs of all cases are right in one of its ways. Otherwise: the failures of its first way.
bool judge_part(const Task& task, std::size_t part, const std::vector<Answer>& answers, std::vector<Wrong>& wrong) {
  std::map<int, std::vector<Wrong>> by_way;
  for (std::size_t c = 0; c < task.cases.size(); ++c) {
    for (const Output& output : task.cases[c].outputs) {
      if (output.part != part) continue;
      std::vector<Wrong>& way = by_way[output.way];
      const Array* got = c < answers.size() ? find(answers[c], output.name) : nullptr;
      if (got == nullptr || !equal(output, *got, output.right)) way.push_back({&task.cases[c], &output, got});
    }
  }
  for (const auto& [number, list] : by_way) {
    if (list.empty()) return true;
  }
  if (!by_way.empty()) wrong.insert(wrong.end(), by_way.begin()->second.begin(), by_way.begin()->second.end());
  return false;
}

// The mistake that explains the most wrong results.
std::string known_mistake(const Task& task, const std::vector<Wrong>& wrong) {
  std::size_t best = 0;
  std::size_t least_against = 0;
  std::size_t of = 0;
  std::string advice;
  for (const Wrong& w : wrong) of += w.got != nullptr;
  for (const auto& [name, text] : task.mistakes) {
    std::size_t explained = 0;
    std::size_t against = 0;  // what would be wrong by this mistake, but is right
    for (std::size_t c = 0; c < task.cases.size(); ++c) {
      for (const Output& output : task.cases[c].outputs) {
        const bool is_wrong =
            std::any_of(wrong.begin(), wrong.end(), [&](const Wrong& w) { return w.output == &output; });
        against += !is_wrong && find(output.mistakes, name) != nullptr;
      }
    }
    for (const Wrong& w : wrong) {
      const Array* expected = find(w.output->mistakes, name);
      explained += w.got != nullptr && expected != nullptr && equal(*w.output, *w.got, *expected, 3);
    }
    if (explained > best || (explained == best && best > 0 && against < least_against)) {
      best = explained;
      least_against = against;
      advice = text;
    }
  }
  if (best == 0 || best == of) return advice;
  if (3 * best < of) return "";  // it may be a coincidence
  // Two thirds or more: this is the mistake. Less: one of several.
  return 3 * best >= 2 * of ? advice : "among other things: " + advice;
}

bool starts_with(const std::string& whole, const std::string& beginning) { return whole.rfind(beginning, 0) == 0; }

Verdict judge(const Task& task, const Run& run) {
  Verdict verdict;
  std::vector<Wrong> wrong;
  double earned = 0;
  double weights = 0;
  std::string first_wrong_look;
  for (std::size_t p = 0; p < task.parts.size(); ++p) {
    const std::size_t before = wrong.size();
    const bool right = judge_part(task, p, run.answers, wrong);
    verdict.parts.push_back(right);
    weights += task.parts[p].weight;
    if (right) earned += task.parts[p].weight;
    if (!right && first_wrong_look.empty()) first_wrong_look = task.parts[p].look;
    if (right) wrong.resize(before);
  }
  verdict.points = std::floor(task.points * earned / weights * 100 + 0.5) / 100;
  if (earned == weights) {
    verdict.word = "right";
    verdict.points = task.points;
    return verdict;
  }

  for (const Answer& answer : run.answers) {  // a crash in a process apart
    for (const std::string& failure : answer.failures) {
      if (!starts_with(failure, "crash ")) continue;
      const int signal = std::atoi(failure.c_str() + 6);
      verdict.word = signal == SIGXCPU || signal == SIGKILL ? "too slow" : "crashed";
      verdict.advice = how_it_ended(signal, false);
      const std::string where =
          " in the case '" +
          task.cases[std::min(static_cast<std::size_t>(&answer - run.answers.data()), task.cases.size() - 1)].name +
          "'";
      if (verdict.advice.find("{}") != std::string::npos) verdict.advice.replace(verdict.advice.find("{}"), 2, where);
      return verdict;
    }
  }
  const bool anything = std::any_of(wrong.begin(), wrong.end(), [](const Wrong& w) { return w.got != nullptr; });
  bool all_missing_are_stubs = true;
  bool any_stub = false;
  std::string thrown;
  for (const Answer& answer : run.answers) {
    for (const std::string& failure : answer.failures) {
      if (failure == "error not implemented: " + task.name) {
        any_stub = true;
      } else if (!starts_with(failure, "error not implemented: ")) {
        all_missing_are_stubs = false;
        if (thrown.empty()) thrown = failure.substr(failure.find(' ') + 1);
      }
    }
  }
  verdict.word = earned > 0 ? "partly right" : "wrong";
  if (!run.ending.empty()) {
    verdict.word = starts_with(run.ending, "crashed")   ? "crashed"
                   : starts_with(run.ending, "stopped") ? "too slow"
                                                        : "ended early";
    std::string where;
    if (!run.answers.empty() && !run.answers.back().ended) {
      where = " in the case '" + task.cases[std::min(run.answers.size(), task.cases.size()) - 1].name + "'";
    }
    verdict.advice = run.ending;
    verdict.advice.replace(verdict.advice.find("{}"), 2, where);
    return verdict;
  }
  if (any_stub && all_missing_are_stubs && !anything) {
    if (earned == 0) verdict.word = "not implemented";
    verdict.advice = "not implemented: " + task.name + (earned > 0 ? " (in part)" : "");
    return verdict;
  }
  verdict.advice = known_mistake(task, wrong);
  if (verdict.advice.empty()) {
    for (const Wrong& w : wrong) {
      if (w.got == nullptr) continue;
      verdict.advice = describe(*w.output, *w.one, *w.got);
      break;
    }
    if (verdict.advice.empty()) {
      verdict.advice =
          starts_with(thrown, "matmul")
              ? "the shapes of a matrix product do not match: is a transpose missing? (" + thrown + ")"
          : thrown == "std::bad_alloc" ? "it ran out of memory (the limit is 1 GB)"
          : !thrown.empty()            ? "it threw: " + thrown
          : any_stub                   ? "not implemented: " + task.name + " (in part)"
                     : "no results" + std::string(wrong.empty() ? "" : ": " + wrong[0].output->name + " is missing");
    } else if (any_stub) {
      verdict.advice += "; part of it is not implemented";
    }
    if (!first_wrong_look.empty()) verdict.advice += ". Look at " + first_wrong_look;
  }
  return verdict;
}

// The first error line of the compiler's output.
std::string compiler_says(const std::string& log) {
  std::ifstream file(log);
  for (std::string line; std::getline(file, line);) {
    if (line.find("error") == std::string::npos) continue;
    return line.substr(starts_with(line, "./") ? 2 : 0, 300);
  }
  return "the compiler's messages are above";
}

// --- Output ---------------------------------------------------------------------------------------------------------

// As JSON wants a string: control characters escaped, bytes that are no UTF-8 replaced by U+FFFD.
std::string json(const std::string& raw) {
  std::string result = "\"";
  for (std::size_t i = 0; i < raw.size();) {
    const unsigned char c = static_cast<unsigned char>(raw[i]);
    std::size_t length = c < 0x80                ? 1
                         : c >= 0xc2 && c < 0xe0 ? 2
                         : c >= 0xe0 && c < 0xf0 ? 3
                         : c >= 0xf0 && c < 0xf5 ? 4
                                                 : 0;
    for (std::size_t k = 1; k < length; ++k) {
      if (i + k >= raw.size() || (static_cast<unsigned char>(raw[i + k]) & 0xc0) != 0x80) length = 0;
    }
    if (length > 2) {  // overlong forms, surrogates and numbers above 10FFFF
      const unsigned char d = static_cast<unsigned char>(raw[i + 1]);
      if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) || (c == 0xf4 && d > 0x8f))
        length = 0;
    }
    char escaped[8];
    if (length == 0) {
      result += "\xef\xbf\xbd";
      length = 1;
    } else if (c == '"' || c == '\\') {
      result += '\\';
      result += raw[i];
    } else if (c == '\n') {
      result += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      result += escaped;
    } else {
      result += raw.substr(i, length);
    }
    i += length;
  }
  return result + "\"";
}

// The parts of a task, one per line.
std::string parts_text(const Task& task, const Verdict& verdict) {
  std::string lines;
  double weights = 0;
  for (const Part& part : task.parts) weights += part.weight;
  for (std::size_t p = 0; p < verdict.parts.size(); ++p) {
    const double points = task.points * task.parts[p].weight / weights;
    lines += std::string("\n  ") + (verdict.parts[p] ? "right  " : "wrong  ") + task.parts[p].name + " (" +
             points_text(points) + ")";
  }
  return lines;
}

void write_results(const std::string& path, const std::vector<Task>& tasks, const std::vector<Verdict>& verdicts,
                   double seconds) {
  double score = 0;
  std::string tests;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Verdict& v = verdicts[i];
    score += v.points;
    const std::string output = v.word + (v.advice.empty() ? "" : ": " + v.advice) + parts_text(tasks[i], v);
    tests += std::string(i == 0 ? "" : ",") + "\n    { \"name\": " + json(tasks[i].name) + ", \"number\": \"" +
             std::to_string(i + 1) + "\", \"score\": " + points_text(v.points) +
             ", \"max_score\": " + points_text(tasks[i].points) + ", \"status\": \"" +
             (v.word == "right" ? "passed" : "failed") + "\",\n      \"output\": " + json(output) +
             ", \"output_format\": \"text\", \"visibility\": \"visible\" }";
  }
  const std::string whole = "{ \"score\": " + points_text(score) + ", \"execution_time\": " + points_text(seconds) +
                            ",\n  \"output\": \"Each task has its own advice.\", \"output_format\": \"text\"," +
                            "\n  \"visibility\": \"visible\", \"stdout_visibility\": \"hidden\",\n  \"tests\": [" +
                            tests + "\n  ] }\n";
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary);
  file << whole;
  file.close();
  if (!file || std::rename(part.c_str(), path.c_str()) != 0) give_up(path + ": cannot be written");
}

void print_row(const Task& task, const Verdict& v) {
  const std::string points = points_text(v.points) + " / " + points_text(task.points);
  std::printf("%-22s  %9s   %-15s  %s\n", task.name.c_str(), points.c_str(), v.word.c_str(), v.advice.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < count; i += 2) options[words[i]] = words[i + 1];
  if (count % 2 == 0 || options["--cases"].empty() || options["--children"].empty()) {
    give_up("usage: judge --cases FILE --children FOLDER [--results FILE] [--task NAME] [--user UID]");
  }
  ::signal(SIGPIPE, SIG_IGN);
#ifdef __linux__
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  const auto start = std::chrono::steady_clock::now();
  std::vector<Task> tasks = read_cases(options["--cases"]);
  const std::string only = options["--task"];
  if (!only.empty()) {
    std::string names;
    for (const Task& task : tasks) names += " " + task.name;
    tasks.erase(std::remove_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.name != only; }), tasks.end());
    if (tasks.empty()) give_up("TASK=" + only + ": expected one of" + names);
  }
  const int user = options["--user"].empty() ? -1 : std::atoi(options["--user"].c_str());

  std::printf("%-22s  %9s   %-15s  %s\n", "task", "points", "verdict", "advice");
  std::vector<Verdict> verdicts;
  double score = 0;
  double of = 0;
  for (const Task& task : tasks) {
    const std::string program = options["--children"] + "/" + task.child;
    Verdict verdict;
    if (::access(program.c_str(), X_OK) != 0) {
      verdict = {"does not compile", compiler_says(program + ".log"), 0, std::vector<bool>(task.parts.size())};
    } else {
      verdict = judge(task, run_child(program, task, user));
    }
    print_row(task, verdict);
    if (!only.empty() && verdict.word != "right") std::printf("%s\n", parts_text(task, verdict).substr(1).c_str());
    score += verdict.points;
    of += task.points;
    verdicts.push_back(verdict);
  }
  std::printf("\nscore %s of %s\n", points_text(score).c_str(), points_text(of).c_str());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!options["--results"].empty()) write_results(options["--results"], tasks, verdicts, seconds);
  const bool full = std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.word == "right"; });
  return full ? 0 : 1;
}
