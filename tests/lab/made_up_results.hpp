// Results of an experiment that nobody ran: what it says of them is known beforehand.
#pragma once

#include <cmath>
#include <set>

#include "bnlab/lab/trials/experiments.hpp"
#include "bnlab/lab/trials/runner.hpp"
#include "small_lab.hpp"

namespace bnlab::testing {

const double kGuessing = std::log(10.0);

inline bool is_treated(const std::string& arm) { return arm.starts_with("batchnorm") || arm.starts_with("layernorm"); }

// Which measures and curves an experiment's meter adds, from a short run on small images.
struct Measured {
  std::set<std::string> values, curves;
};

inline Measured measured_by(const Experiment& experiment, const DatasetPair& data) {
  const std::vector<Job> jobs = next_jobs(experiment, {.quick = true, .seeds = 3}, Results(experiment, 3));
  Trial trial = jobs.front().trial;
  trial.images = 0;
  trial.steps = 30;
  trial.all_statistics = experiment.base.all_statistics;
  const std::unique_ptr<Meter> meter = experiment.meter ? experiment.meter() : nullptr;
  const Measurements measured = *run_to_the_end(trial, data, meter.get());
  Measured names;
  for (const auto& [name, value] : measured.values) names.values.insert(name);
  for (const auto& [name, values] : measured.curves) names.curves.insert(name);
  return names;
}

// All runs of an experiment with made-up measures: `value(treated, seed)` of each, and curves that end early where the
// run did not learn.
using Value = std::function<double(bool treated, std::uint64_t seed)>;

inline Results made_up(const Experiment& experiment, const Measured& names, const Size& size, const Value& value,
                       bool control_learned, bool treated_learned) {
  Results results(experiment, 10);
  for (int round = 0; round < 10; ++round) {
    const std::vector<Job> jobs = next_jobs(experiment, size, results);
    if (jobs.empty()) return results;
    for (const Job& job : jobs) {
      Record record = job.record;
      const bool treated = is_treated(record.arm);
      const bool learned = treated ? treated_learned : control_learned;
      const double one = value(treated, record.seed) + 1e-3 * std::fabs(std::log10(record.lr / 0.002));
      for (const std::string& name : names.values) record.measured.values[name] = one;
      record.measured.values["learned"] = learned ? 1 : 0;
      for (const std::string& name : names.curves) {
        record.measured.curves[name].assign(learned ? 11 : 1 + record.seed % 3, one);
      }
      results.add(record);
    }
  }
  FAIL(experiment.name << " has no end");
  return results;
}

inline double noise(std::uint64_t seed) { return 0.004 * static_cast<double>(seed * 7 % 5); }

}  // namespace bnlab::testing
