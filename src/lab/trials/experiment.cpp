#include "bnlab/lab/trials/experiment.hpp"

#include <algorithm>

namespace bnlab {

bool Point::has(const Arm& arm) const {
  return arms.empty() || std::find(arms.begin(), arms.end(), arm.name) != arms.end();
}

Trial Experiment::trial_of(const Arm& arm, const Point& point) const {
  Trial trial = base;
  point.apply(trial);
  arm.apply(trial);
  return trial;
}

}  // namespace bnlab
