#include "bnlab/train/log_record.hpp"

#include <algorithm>
#include <charconv>

#include "bnlab/core/error.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"

namespace bnlab {
namespace {

// "41:cade4e832627b4f6". Junk is read as some other rows.
LogRows read_rows(const std::string& text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  LogRows rows;
  rows.first = parse_whole_number(text.substr(0, colon)).value_or(0);
  std::from_chars(text.data() + std::min(colon + 1, text.size()), text.data() + text.size(), rows.hash, 16);
  return rows;
}

}  // namespace

LogRecord::LogRecord(const std::string& text, const std::string& checkpoint) {
  for (const std::string& rows : split_text(text, ' ')) rows_.push_back(read_rows(rows));
  const bool has_first_steps =
      std::all_of(rows_.begin(), rows_.end(), [](const LogRows& rows) { return rows.first > 0; });
  if (this->text() != text || !has_first_steps) {
    fail("%s: corrupt: expected steps and fingerprints of the log, such as '1:cade4e832627b4f6', found '%s'",
         checkpoint.c_str(), shown(text).c_str());
  }
}

std::string LogRecord::text() const {
  std::string text;
  for (const LogRows& rows : rows_) {
    if (!text.empty()) text += " ";
    text += std::to_string(rows.first) + ":" + hexadecimal(rows.hash);
  }
  return text;
}

std::optional<LogRows> LogRecord::beginning_at(std::size_t first) const {
  for (const LogRows& rows : rows_) {
    if (rows.first == first) return rows;
  }
  return {};
}

void LogRecord::add(const std::string& row) {
  for (LogRows& rows : rows_) rows.hash = fingerprint(row, rows.hash);
}

void LogRecord::keep_no_log() {
  std::erase_if(rows_, [](const LogRows& rows) { return rows.first != 1; });
}

void LogRecord::keep(const LogRows& of_the_log) {
  keep_no_log();
  if (!beginning_at(of_the_log.first)) rows_.push_back(of_the_log);
}

}  // namespace bnlab
