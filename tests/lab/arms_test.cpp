// The arms that experiments compare, and the sentences on their learning rates.
#include "bnlab/lab/trials/arms.hpp"

#include "small_lab.hpp"

namespace bnlab::testing::arms_test {

namespace {

Trial with(const Arm& arm, Trial trial = {}) {
  arm.apply(trial);
  return trial;
}

void add(Results& results, const char* arm, const char* point, RateKind kind, double lr,
         const std::vector<double>& losses) {
  std::uint64_t seed = kind == RateKind::tuning ? 1001 : 1;
  for (const double loss : losses) {
    Record record = record_of(arm, seed++, loss);
    record.point = point;
    record.kind = kind;
    record.lr = lr;
    results.add(record);
  }
}

Results two_points() {
  Experiment experiment = small_experiment();
  experiment.arms = {plain_arm(), batchnorm_arm()};
  experiment.sweep = {{"A"}, {"B"}};
  return Results(experiment, 3);
}

}  // namespace

TEST_CASE("an arm sets what it is named for, and undoes what a point has set of it") {
  Trial other;
  other.run.architecture.norm = "layer";
  CHECK(with(plain_arm(), other).run.architecture.norm == "none");
  CHECK(with(plain_arm()).pixels == "half");
  CHECK(with(centred_arm(), other).run.architecture.norm == "none");
  CHECK(with(centred_arm()).pixels == "centred");
  CHECK(with(batchnorm_arm()).run.architecture.norm == "batch");
  CHECK(with(batchnorm_arm()).pixels == "half");
}

TEST_CASE("good initial weights for an activation") {
  CHECK(good_init("relu") == "kaiming");
  CHECK(good_init("leaky_relu") == "kaiming");
  CHECK(good_init("tanh") == "xavier");
  CHECK(good_init("sigmoid") == "xavier");
}

TEST_CASE("what the shared rate shows is said for each point with runs of both arms") {
  Results results = two_points();
  CHECK(shared_rate_remark(results, kPlain, kBatchNorm) == "");
  add(results, kPlain, "A", RateKind::shared, 0.001, {0.5, 0.6, 0.7});
  CHECK(shared_rate_remark(results, kPlain, kBatchNorm) == "");
  add(results, kBatchNorm, "A", RateKind::shared, 0.001, {0.3, 0.42, 0.5});
  add(results, kPlain, "B", RateKind::shared, 0.3, {0.5, 0.6, 0.7});
  add(results, kBatchNorm, "B", RateKind::shared, 0.3, {0.4, 0.6, 0.9});
  const std::string remark = shared_rate_remark(results, kPlain, kBatchNorm);
  CHECK(remark.starts_with(
      "With one learning rate for all arms, batchnorm against plain: lower in A (learning rate 0.001, "
      "by 0.1933, 95 % interval"));
  CHECK(contains(remark, " and not different beyond noise in B (learning rate 0.3, "));
  CHECK(remark.ends_with(")."));
}

TEST_CASE("the best rates of each arm, from the tuning runs, and whether one lies at the edge") {
  Results results = two_points();
  CHECK(own_rates_remark(results) == "");
  add(results, kPlain, "A", RateKind::own, 0.5, {0});
  CHECK(own_rates_remark(results) == "");
  for (const double lr : {0.01, 0.1, 1.0}) {
    add(results, kPlain, "A", RateKind::tuning, lr, {std::fabs(std::log10(lr / 0.1)), 0});
    add(results, kBatchNorm, "A", RateKind::tuning, lr, {-lr});
    add(results, kBatchNorm, "B", RateKind::tuning, lr, {std::fabs(lr - 0.1)});
  }
  CHECK(own_rates_remark(results) ==
        "Best learning rates, by the training loss of other seeds: A: plain 0.1 and batchnorm 1 (the grid's edge); B: "
        "batchnorm 0.1.");
  add(results, kPlain, "B", RateKind::tuning, 0.001, {0.5});
  CHECK(contains(own_rates_remark(results), "; B: plain 0.001 (the only one tried) and batchnorm 0.1."));
}

}  // namespace bnlab::testing::arms_test
