// The finished runs of an experiment.
#pragma once

#include "bnlab/lab/statistics/estimate.hpp"
#include "bnlab/lab/trials/experiment.hpp"

namespace bnlab {

// Why a run was made: to choose a learning rate, to be reported with that which all arms share, or with the arm's own.
enum class RateKind { tuning, shared, own };
const char* rate_kind_name(RateKind kind);  // "tuning", "shared", "own"

struct Record {
  std::string arm, point;
  RateKind kind = RateKind::shared;
  double lr = 0;
  std::uint64_t seed = 0;
  Measurements measured;
};

// Which runs are meant, one for each seed.
struct Which {
  std::string arm;
  std::string point = "";
  RateKind kind = RateKind::shared;
};

// The learning rate with which an arm did best at a point, in runs that are not reported.
struct BestRate {
  double lr = 0;
  bool at_edge = false;  // it is the smallest or the largest that was tried: a better one may lie beyond
};

class Results {
 public:
  Results(Experiment experiment, std::size_t classes) : experiment_(std::move(experiment)), classes_(classes) {}

  void add(const Record& record) { records_.push_back(record); }
  const Experiment& experiment() const { return experiment_; }
  std::size_t classes() const { return classes_; }  // of the images
  const std::vector<Record>& records() const { return records_; }

  // All of them in an order that does not depend on which run was finished first: as the experiment lists its points
  // and arms, then by learning rate and seed.
  std::vector<Record> in_order() const;

  // The runs, in the order of their seeds.
  std::vector<const Record*> runs(const Which& which) const;
  // A measure of each of them. Error: one lacks it.
  std::vector<double> values(const Which& which, const std::string& measure) const;
  Estimate mean(const Which& which, const std::string& measure) const;
  bool has(const Which& which, const std::string& measure) const;
  // Whether more than half of them learned.
  bool learned(const Which& which) const;

  // The tuning runs of that arm, point and rate.
  std::vector<double> tuning_values(const std::string& arm, const std::string& point, double lr) const;
  // Of these rates, all of which have been tried.
  BestRate best_rate(const std::string& arm, const std::string& point, const std::vector<double>& rates) const;
  BestRate best_rate(const std::string& arm, const std::string& point) const;               // of all that were tried
  std::vector<double> rates_tried(const std::string& arm, const std::string& point) const;  // ascending

  // A comparison of the experiment's measure between two sets of runs, paired by seed. Where neither arm learned there
  // is nothing to compare: a difference between two that guess says nothing of what makes a network learn.
  // Error: their seeds differ.
  Comparison compare(const Which& control, const Which& treated, Claimed claimed, const std::string& on) const;
  Comparison compare(const Which& control, const Which& treated, const std::string& measure, Claimed claimed,
                     const std::string& on) const;

 private:
  Experiment experiment_;
  std::size_t classes_;
  std::vector<Record> records_;
};

}  // namespace bnlab
