#include "bnlab/cli/training_log.hpp"

#include <filesystem>
#include <fstream>

#include "bnlab/cli/result_line.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/data/file.hpp"

namespace bnlab {

static const std::string kHeader = "step,epoch,loss,accuracy\n";

TrainingLog::TrainingLog(const std::string& path) : path_(path), text_(kHeader) {}

TrainingLog::TrainingLog(const std::string& path, std::size_t step) : path_(path) {
  if (!std::filesystem::exists(path)) {
    text_ = kHeader;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::size_t last = 0;
  for (std::string line; last < step && std::getline(file, line);) {
    const std::size_t number = parse_whole_number(line.substr(0, line.find(','))).value_or(0);
    if (number > step) break;
    text_ += line + "\n";
    last = number;
  }
  const bool complete = last == step || text_ == kHeader;
  if (!text_.starts_with(kHeader) || !complete) {
    fail("%s: expected the log of the run to be resumed, with a line for its step %zu; name another --log",
         path.c_str(), step);
  }
}

void TrainingLog::add(const StepResult& s) {
  if (!path_.empty()) text_ += format("%zu,%zu,%.*g,%.6f\n", s.step, s.epoch, kLossDigits, s.loss, s.accuracy);
}

void TrainingLog::write() const {
  if (!path_.empty()) write_file(path_, text_);
}

}  // namespace bnlab
