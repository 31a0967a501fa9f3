// The log of a training run: a CSV file with a line for each step.
#pragma once

#include "bnlab/train/trainer.hpp"

namespace bnlab {

class TrainingLog {
 public:
  // A new log. An empty path: none is kept.
  explicit TrainingLog(const std::string& path);
  // The log of a run that is resumed after that step, as it was then; lines of later steps are dropped, and a file that
  // begins after the step is begun again. Error: the file is not that run's log.
  TrainingLog(const std::string& path, std::size_t step);

  void add(const StepResult& step);
  void write() const;  // atomically

 private:
  std::string path_;
  std::string text_;
};

}  // namespace bnlab
