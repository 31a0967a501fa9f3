#include "bnlab/lab/trials/results.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "bnlab/core/error.hpp"

namespace bnlab {

static std::vector<std::uint64_t> seeds_of(const std::vector<const Record*>& runs) {
  std::vector<std::uint64_t> seeds;
  for (const Record* run : runs) seeds.push_back(run->seed);
  return seeds;
}

const char* rate_kind_name(RateKind kind) {
  switch (kind) {
    case RateKind::tuning:
      return "tuning";
    case RateKind::shared:
      return "shared";
    case RateKind::own:
      return "own";
  }
  return "";
}

std::vector<Record> Results::in_order() const {
  std::map<std::string, std::size_t> points, arms;
  for (const Point& point : experiment_.sweep) points.emplace(point.name, points.size());
  for (const Arm& arm : experiment_.arms) arms.emplace(arm.name, arms.size());
  const auto place = [&](const Record& r) {
    return std::tuple(points.at(r.point), arms.at(r.arm), r.kind, r.lr, r.seed);
  };
  std::vector<Record> sorted = records_;
  std::sort(sorted.begin(), sorted.end(), [&](const Record& a, const Record& b) { return place(a) < place(b); });
  return sorted;
}

std::vector<const Record*> Results::runs(const Which& which) const {
  std::vector<const Record*> found;
  for (const Record& record : records_) {
    if (record.arm == which.arm && record.point == which.point && record.kind == which.kind) found.push_back(&record);
  }
  std::sort(found.begin(), found.end(), [](const Record* a, const Record* b) { return a->seed < b->seed; });
  return found;
}

std::vector<double> Results::values(const Which& which, const std::string& measure) const {
  std::vector<double> values;
  for (const Record* run : runs(which)) {
    const auto found = run->measured.values.find(measure);
    if (found == run->measured.values.end()) {
      fail("experiment %s: expected the measure '%s' of arm '%s', there is none", experiment_.name.c_str(),
           measure.c_str(), which.arm.c_str());
    }
    values.push_back(found->second);
  }
  return values;
}

Estimate Results::mean(const Which& which, const std::string& measure) const {
  return estimate(values(which, measure));
}

bool Results::has(const Which& which, const std::string& measure) const {
  const std::vector<const Record*> found = runs(which);
  return !found.empty() && found.front()->measured.values.contains(measure);
}

bool Results::learned(const Which& which) const {
  std::size_t count = 0;
  const std::vector<double> learned = values(which, "learned");
  for (const double one : learned) count += one > 0 ? 1 : 0;
  return 2 * count > learned.size();
}

std::vector<double> Results::tuning_values(const std::string& arm, const std::string& point, double lr) const {
  std::vector<double> values;
  for (const Record* run : runs({arm, point, RateKind::tuning})) {
    if (run->lr == lr) values.push_back(run->measured.values.at(experiment_.chosen_by));
  }
  return values;
}

std::vector<double> Results::rates_tried(const std::string& arm, const std::string& point) const {
  std::vector<double> rates;
  for (const Record* run : runs({arm, point, RateKind::tuning})) rates.push_back(run->lr);
  std::sort(rates.begin(), rates.end());
  rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
  return rates;
}

BestRate Results::best_rate(const std::string& arm, const std::string& point, const std::vector<double>& rates) const {
  std::size_t best = 0;
  double lowest = HUGE_VAL;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double mean = estimate(tuning_values(arm, point, rates[i])).mean;
    if (mean >= lowest) continue;
    lowest = mean;
    best = i;
  }
  return {.lr = rates.at(best), .at_edge = rates.size() > 1 && (best == 0 || best + 1 == rates.size())};
}

BestRate Results::best_rate(const std::string& arm, const std::string& point) const {
  return best_rate(arm, point, rates_tried(arm, point));
}

Comparison Results::compare(const Which& control, const Which& treated, Claimed claimed, const std::string& on) const {
  return compare(control, treated, experiment_.measure, claimed, on);
}

Comparison Results::compare(const Which& control, const Which& treated, const std::string& measure, Claimed claimed,
                            const std::string& on) const {
  if (seeds_of(runs(control)) != seeds_of(runs(treated))) {
    fail("experiment %s: expected runs of the same seeds of the arms '%s' and '%s', found others",
         experiment_.name.c_str(), control.arm.c_str(), treated.arm.c_str());
  }
  Comparison comparison;
  comparison.on = on;
  comparison.control = values(control, measure);
  comparison.treated = values(treated, measure);
  comparison.claimed = claimed;
  comparison.control_learned = learned(control);
  comparison.treated_learned = learned(treated);
  comparison.needs_both_learned = !comparison.control_learned && !comparison.treated_learned;
  for (const Which& which : {control, treated}) {
    if (which.kind != RateKind::own) continue;
    comparison.best_rate_at_edge = comparison.best_rate_at_edge || best_rate(which.arm, which.point).at_edge;
  }
  return comparison;
}

}  // namespace bnlab
