// What a checkpoint knows of its run's log, so that the run, resumed, knows its log again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bnlab/core/fingerprint.hpp"

namespace bnlab {

// The rows from a step on, up to the step that the run is at.
struct LogRows {
  std::size_t first = 1;
  std::uint64_t hash = kFnvOffsetBasis;  // the fingerprint of their text
};

// Those of the whole run, which are known also where no log is kept, and, where the log was begun when the run was
// resumed, those of the log.
class LogRecord {
 public:
  // Of a new run: no rows yet.
  LogRecord() : rows_{{}} {}
  // As a checkpoint has it: "1:98f6bcd4621d373c", or "1:98f6bcd4621d373c 41:cade4e832627b4f6". Checkpoints of before
  // this was kept have nothing. Error, which names the checkpoint: anything else.
  LogRecord(const std::string& text, const std::string& checkpoint);
  std::string text() const;

  bool is_empty() const { return rows_.empty(); }
  std::optional<LogRows> beginning_at(std::size_t first) const;

  void add(const std::string& row);
  // The log that is kept from here on has these rows; of others, all but those of the whole run are forgotten.
  void keep(const LogRows& of_the_log);
  void keep_no_log();

 private:
  std::vector<LogRows> rows_;
};

}  // namespace bnlab
