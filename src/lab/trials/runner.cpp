#include "bnlab/lab/trials/runner.hpp"

#include <algorithm>
#include <mutex>

#include "bnlab/lab/share_out.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kMostGrowth = 2;  // learning rates that are added to a grid, at each end

Job job_of(const Experiment& experiment, const Arm& arm, const Point& point, RateKind kind, double lr,
           std::uint64_t seed) {
  Job job;
  job.record = {.arm = arm.name, .point = point.name, .kind = kind, .lr = lr, .seed = seed, .measured = {}};
  job.trial = experiment.trial_of(arm, point);
  job.trial.run.optimizer.lr = lr;
  job.trial.run.training.seed = seed;
  job.trial.rates.clear();
  if (kind == RateKind::tuning) job.trial.all_statistics = false;
  return job;
}

bool is_in(const Results& results, const Record& wanted) {
  const std::vector<Record>& all = results.records();
  return std::any_of(all.begin(), all.end(), [&](const Record& r) {
    return r.arm == wanted.arm && r.point == wanted.point && r.kind == wanted.kind && r.lr == wanted.lr &&
           r.seed == wanted.seed;
  });
}

// The grid of learning rates for an arm at a point, one rate larger at an end where the best so far lies there. Each
// rate is as far from the last as that is from its neighbour: their ratio stays.
std::vector<double> grown_grid(const std::vector<double>& first_grid, const std::string& arm, const std::string& point,
                               const Results& results) {
  std::vector<double> grid = results.rates_tried(arm, point);
  if (grid.size() < first_grid.size()) return first_grid;
  if (first_grid.size() < 2) return grid;
  const BestRate best = results.best_rate(arm, point, grid);
  const double least = *std::min_element(first_grid.begin(), first_grid.end());
  const double most = *std::max_element(first_grid.begin(), first_grid.end());
  const auto below = std::count_if(grid.begin(), grid.end(), [&](double lr) { return lr < least; });
  const auto above = std::count_if(grid.begin(), grid.end(), [&](double lr) { return lr > most; });
  if (best.lr == grid.front() && static_cast<std::size_t>(below) < kMostGrowth) {
    grid.insert(grid.begin(), grid[0] * grid[0] / grid[1]);
  } else if (best.lr == grid.back() && static_cast<std::size_t>(above) < kMostGrowth) {
    const std::size_t last = grid.size() - 1;
    grid.push_back(grid[last] * grid[last] / grid[last - 1]);
  }
  return grid;
}

// Adds the runs of that kind that are not in the results. Returns whether there were any.
bool add_missing(const Experiment& experiment, const Arm& arm, const Point& point, RateKind kind, double lr,
                 const std::vector<std::uint64_t>& seeds, const Results& results, std::vector<Job>& jobs) {
  const std::size_t before = jobs.size();
  for (const std::uint64_t seed : seeds) {
    const Job job = job_of(experiment, arm, point, kind, lr, seed);
    if (!is_in(results, job.record)) jobs.push_back(job);
  }
  return jobs.size() > before;
}

}  // namespace

std::vector<std::uint64_t> reported_seeds(const Size& size) {
  std::vector<std::uint64_t> seeds;
  for (std::size_t i = 1; i <= size.seeds; ++i) seeds.push_back(i);
  return seeds;
}

std::vector<std::uint64_t> tuning_seeds(const Size& size) {
  return size.quick ? std::vector<std::uint64_t>{1001} : std::vector<std::uint64_t>{1001, 1002};
}

std::vector<Job> next_jobs(const Experiment& experiment, const Size& size, const Results& results) {
  std::vector<Job> jobs;
  for (const Point& point : experiment.sweep) {
    for (const Arm& arm : experiment.arms) {
      if (!point.has(arm)) continue;
      const Trial trial = experiment.trial_of(arm, point);
      const double lr = trial.run.optimizer.lr;
      const auto add = [&](RateKind kind, double rate, const std::vector<std::uint64_t>& seeds) {
        return add_missing(experiment, arm, point, kind, rate, seeds, results, jobs);
      };
      if (trial.rates.empty() || experiment.shared_rate) add(RateKind::shared, lr, reported_seeds(size));
      if (trial.rates.empty()) continue;
      bool tuning = false;
      for (const double rate : grown_grid(trial.rates, arm.name, point.name, results)) {
        tuning = add(RateKind::tuning, rate, tuning_seeds(size)) || tuning;
      }
      if (!tuning) add(RateKind::own, results.best_rate(arm.name, point.name).lr, reported_seeds(size));
    }
  }
  return jobs;
}

std::size_t images_needed(const Experiment& experiment) {
  std::size_t most = 0;
  for (const Point& point : experiment.sweep) {
    for (const Arm& arm : experiment.arms) {
      if (point.has(arm)) most = std::max(most, experiment.trial_of(arm, point).images);
    }
  }
  return most;
}

double work_of(const Trial& trial, const DatasetPair& data) {
  Architecture a = trial.run.architecture;
  a.inputs = data.train.features();
  a.classes = data.train.classes;
  const double parameters = static_cast<double>(a.parameter_count());
  const double images = static_cast<double>(planned_steps(trial, data.train) * trial.run.training.batch);
  const double evaluated = static_cast<double>(data.test.count()) * (trial.all_statistics ? 3 : 1);
  // A step is three products (forward, and two of backpropagation); an evaluation is one.
  return parameters * (3 * images + evaluated);
}

double expected_work(const Experiment& experiment, const Size& size, const DatasetPair& data) {
  double work = 0;
  for (const Point& point : experiment.sweep) {
    for (const Arm& arm : experiment.arms) {
      if (!point.has(arm)) continue;
      Trial trial = experiment.trial_of(arm, point);
      const double kinds = trial.rates.empty() || !experiment.shared_rate ? 1 : 2;
      work += kinds * static_cast<double>(size.seeds) * work_of(trial, data);
      trial.all_statistics = false;
      work += static_cast<double>(trial.rates.size() * tuning_seeds(size).size()) * work_of(trial, data);
    }
  }
  return work;
}

std::optional<Results> run_experiment(const Experiment& experiment, const Size& size, const DatasetPair& data,
                                      const RunStore& store, const RunnerSettings& settings) {
  Results results(experiment, data.train.classes);
  for (;;) {
    std::vector<Job> jobs = next_jobs(experiment, size, results);
    if (jobs.empty()) return results;
    std::vector<Job> to_make;
    for (Job& job : jobs) {
      const std::optional<Measurements> kept = store.find(experiment.name, job.trial);
      if (!kept) {
        to_make.push_back(job);
        continue;
      }
      job.record.measured = *kept;
      results.add(job.record);
      settings.on_run(job, work_of(job.trial, data), false);
    }
    if (settings.only_kept && !to_make.empty()) return {};

    std::vector<char> finished(to_make.size(), 0);
    std::mutex reporting;
    ThreadPool threads(settings.threads);
    share_out(threads, to_make.size(), [&](std::size_t i) {
      if (settings.should_stop()) return;
      Job& job = to_make[i];
      const std::unique_ptr<Meter> meter = experiment.meter ? experiment.meter() : nullptr;
      const std::optional<Measurements> measured = run_trial(job.trial, data, meter.get(), settings.should_stop);
      if (!measured) return;
      job.record.measured = *measured;
      const std::lock_guard lock(reporting);
      store.keep(experiment.name, job.trial, *measured);
      finished[i] = 1;
      settings.on_run(job, work_of(job.trial, data), true);
    });
    for (std::size_t i = 0; i < to_make.size(); ++i) {
      if (finished[i] == 0) return {};
      results.add(to_make[i].record);
    }
  }
}

}  // namespace bnlab
