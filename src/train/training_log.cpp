#include "bnlab/train/training_log.hpp"

#include <algorithm>

#include "bnlab/core/number.hpp"
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

bool is_decimal(const std::string& text) {
  return text.find_first_not_of("0123456789.e+-") == std::string::npos && parse_number(text).has_value();
}

// "1", "12": as a whole number is written, without zeros before it.
bool is_count(const std::string& text) {
  const std::optional<std::uint64_t> number = parse_whole_number(text);
  return number && text == std::to_string(*number);
}

// "0.156250": from 0 to 1.
bool is_accuracy(const std::string& text) {
  constexpr std::size_t kLength = sizeof "0.156250" - 1;
  return text.size() == kLength && is_decimal(text) && *parse_number(text) <= 1;
}

// Whether it is a whole row of that step, such as "4,1,2.26117587,0.156250\n".
bool is_row(const std::string& line, std::size_t step) {
  if (line.empty() || line.back() != '\n') return false;
  const std::vector<std::string> fields = split_text(line.substr(0, line.size() - 1), ',');
  return fields.size() == 4 && fields[0] == std::to_string(step) && is_count(fields[1]) && is_decimal(fields[2]) &&
         is_accuracy(fields[3]);
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

// The step of a log's first row; 1, where it should begin, if the row has none.
std::size_t first_step_in(const std::string& line) {
  return std::max<std::size_t>(parse_whole_number(line.substr(0, line.find(','))).value_or(1), 1);
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
  const std::string first_line = line_at(file, kHeader.size());
  const std::size_t first = first_step_in(first_line);
  const bool is_known = record_.beginning_at(first) && is_row(first_line, first);
  if (first == step + 1 && is_known) return begin_after(step);
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
  was_compared_ = known.has_value();
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
