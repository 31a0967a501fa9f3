// The log of a training run: a CSV file with a row for each step.
#pragma once

#include "bnlab/train/log_record.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

class TrainingLog {
 public:
  // The log of a new run; a file of that name is replaced. An empty path: no file is kept.
  explicit TrainingLog(const std::string& path);

  // The log of a run that is resumed after that step; `record` is what its checkpoint says of it. A file with the run's
  // rows up to that step is continued there, and rows of later steps are dropped. Where there is no file, or one
  // without rows, or one that begins with the next step, a log is begun there. Error: anything else, as it is another
  // run's log, or is damaged, or is no log at all.
  TrainingLog(const std::string& path, std::size_t step, LogRecord record);

  void add(const StepResult& step);
  void write() const;  // atomically

  std::size_t first_step() const { return first_step_; }
  const LogRecord& record() const { return record_; }  // for the checkpoint

 private:
  // Takes over the rows of the file up to that step. Error: as above.
  void resume(std::size_t step);
  // Begins a log whose first row is the step after that one.
  void begin_after(std::size_t step);

  std::string path_;  // empty: no file is kept
  std::string text_;  // what write() writes: the header and the rows so far
  std::size_t first_step_ = 1;
  LogRecord record_;
};

}  // namespace bnlab
