#include "bnlab/cli/log_record.hpp"

#include <algorithm>

#include "bnlab/cli/values.hpp"
#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

std::string hash_text(std::uint64_t hash) { return format("%016llx", static_cast<unsigned long long>(hash)); }

// The number of 16 hexadecimal digits. Throws BadValue.
std::uint64_t read_hash(const std::string& text) {
  const std::string digits = "0123456789abcdef";
  std::uint64_t hash = 0;
  for (const char c : text) hash = hash << 4 | digits.find(c) % 16;
  if (hash_text(hash) != text) throw BadValue{"16 hexadecimal digits", text};
  return hash;
}

LogRows read_rows(const std::string& text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string hash = text.substr(std::min(colon + 1, text.size()));
  return {.first = read_whole_number(text.substr(0, colon), {.least = 1}), .hash = read_hash(hash)};
}

}  // namespace

LogRecord::LogRecord(const std::string& text, const std::string& checkpoint) {
  try {
    for (const std::string& rows : split_text(text, ' ')) rows_.push_back(read_rows(rows));
  } catch (const BadValue& bad) {
    fail("%s: corrupt: expected %s in what it says of the log, found '%s'", checkpoint.c_str(), bad.expected.c_str(),
         bad.found.c_str());
  }
}

std::string LogRecord::text() const {
  std::string text;
  for (const LogRows& rows : rows_) {
    if (!text.empty()) text += " ";
    text += std::to_string(rows.first) + ":" + hash_text(rows.hash);
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
