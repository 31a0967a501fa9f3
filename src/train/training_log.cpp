#include "bnlab/train/training_log.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "bnlab/core/shown.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/data/path.hpp"
#include "bnlab/train/metrics.hpp"

namespace bnlab {
namespace {

const std::string kHeader = "step,epoch,loss,accuracy\n";

std::string row_text(const StepResult& s) {
  return format("%zu,%zu,%.*g,%.6f\n", s.step, s.epoch, kLossDigits, s.loss, s.accuracy);
}

bool consists_of(const std::string& text, const char* characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string::npos;
}

// Whether it is a whole row of that step, such as "4,1,2.26117587,0.156250\n".
bool is_row(const std::string& line, std::size_t step) {
  std::istringstream stream(line);
  std::vector<std::string> fields;
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  constexpr std::size_t kAccuracyLength = sizeof "0.156250\n" - 1;
  return fields.size() == 4 && fields[0] == std::to_string(step) && consists_of(fields[1], "0123456789") &&
         consists_of(fields[2], "0123456789.e+-") && fields[3].size() == kAccuracyLength &&
         consists_of(fields[3], "0123456789.\n") && fields[3].back() == '\n';
}

// The line that begins there, with its end.
std::string line_at(const std::string& text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return text.substr(at, end == std::string::npos ? end : end + 1 - at);
}

[[noreturn]] void fail_other_log(const std::string& path, std::size_t step, const std::string& found) {
  fail("%s: expected the log of the run to be resumed, with a row for each step to %zu, found %s; name another --log",
       shown_path(path).c_str(), step, found.c_str());
}

// Error: it does not begin like a log.
std::string read_log(const std::string& path, std::size_t step) {
  InputFile file(path);
  const std::string begin(text_of(file.read(std::min(file.size(), kHeader.size()))));
  if (begin.starts_with(kHeader.substr(0, kHeader.size() - 1) + "\r")) {
    fail_other_log(path, step, "lines that end with CR LF");
  }
  if (begin != kHeader) fail_other_log(path, step, "a file that begins otherwise than a log");
  return begin + std::string(text_of(file.read(file.size() - begin.size())));
}

bool is_empty_file(const std::string& path) { return InputFile(path).size() == 0; }

}  // namespace

TrainingLog::TrainingLog(const std::string& path) : path_(path), text_(kHeader) {}

TrainingLog::TrainingLog(const std::string& path, std::size_t step, LogRecord record)
    : path_(path), record_(std::move(record)) {
  if (path.empty()) {
    record_.keep_no_log();
  } else if (path_exists(path) && !is_empty_file(path)) {
    resume(step);
  } else {
    begin_after(step);
  }
}

void TrainingLog::begin_after(std::size_t step) {
  text_ = kHeader;
  first_step_ = step + 1;
  record_.keep({.first = first_step_});
}

void TrainingLog::resume(std::size_t step) {
  const std::string file = read_log(path_, step);
  if (file == kHeader) return begin_after(step);
  const std::size_t first = std::max(std::strtoull(line_at(file, kHeader.size()).c_str(), nullptr, 10), 1ull);
  if (first == step + 1) return begin_after(step);
  if (first > step) fail_other_log(path_, step, format("rows from step %zu on", first));

  LogRows found{.first = first};
  std::size_t end = kHeader.size();
  for (std::size_t row = first; row <= step; ++row) {
    const std::string line = line_at(file, end);
    if (line.empty()) fail_other_log(path_, step, format("rows to step %zu", row - 1));
    if (!is_row(line, row))
      fail_other_log(path_, step, format("'%s' for step %zu", shown(line.substr(0, line.find('\n'))).c_str(), row));
    found.hash = fingerprint(line, found.hash);
    end += line.size();
  }
  const std::optional<LogRows> known = record_.beginning_at(first);
  const bool is_another = known ? known->hash != found.hash : !record_.is_empty();
  if (is_another) fail_other_log(path_, step, "rows of another run, or changed ones");
  text_ = file.substr(0, end);
  first_step_ = first;
  record_.keep(found);
}

void TrainingLog::add(const StepResult& step) {
  const std::string row = row_text(step);
  record_.add(row);
  if (!path_.empty()) text_ += row;
}

void TrainingLog::write() const {
  if (!path_.empty()) write_file(path_, text_);
}

}  // namespace bnlab
