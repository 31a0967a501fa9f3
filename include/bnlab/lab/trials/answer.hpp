// What an experiment found: its verdict, and the sentences that say no more than the runs do.
#pragma once

#include "bnlab/lab/trials/results.hpp"

namespace bnlab {

struct Answer {
  Judgement judgement;
  Judged first;                      // the comparison whose effect the verdict line gives
  std::string measure;               // what is compared: "loss"
  std::size_t seeds = 0;             // runs of each arm in a comparison
  std::string found;                 // one sentence: what was found
  std::string not_shown;             // one sentence: what it does not show
  std::vector<std::string> remarks;  // what else there is to say
};

Answer answer_of(const Results& results);

// A measure for a table or a sentence: accuracies in percent, drift and the like as they are. "98.21 %", "0.0643".
std::string measure_text(const std::string& measure, double value);
// "0.0643 ± 0.0012": the mean and half of its 95 % interval; of a single run the value alone.
std::string measure_text(const std::string& measure, const Estimate& estimate);
// "by 0.0643 (95 % interval 0.0571 to 0.0715)", whatever its sign; accuracies in points. Of values that are
// all equal without the interval, which has no width.
std::string difference_text(const std::string& measure, const Estimate& difference);

// What a measure is called in the head of a table: "training loss (mean over steps)".
std::string measure_title(const std::string& measure);

// The same without what stands in parentheses, for an axis: "training loss".
std::string measure_axis(const std::string& measure);

// "a, b and c"
std::string enumerated(const std::vector<std::string>& parts);

}  // namespace bnlab
