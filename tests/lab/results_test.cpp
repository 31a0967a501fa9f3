// The runs of an experiment: paired by their seeds, in whatever order they come.
#include "bnlab/lab/trials/results.hpp"

#include "small_lab.hpp"

namespace bnlab::testing::results_test {

namespace {

Results with(const std::vector<Record>& records, Experiment experiment = small_experiment()) {
  Results results(std::move(experiment), 3);
  for (const Record& record : records) results.add(record);
  return results;
}

Record of_kind(Record record, RateKind kind, double lr, const std::string& point = "") {
  record.kind = kind;
  record.lr = lr;
  record.point = point;
  return record;
}

Record tuning(const std::string& arm, double lr, std::uint64_t seed, double loss) {
  return of_kind(record_of(arm, seed, loss), RateKind::tuning, lr);
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("values are in the order of the seeds, whichever run was finished first") {
  const Results results = with({record_of("plain", 10, 0.10), record_of("plain", 2, 0.2), record_of("batchnorm", 2, 7),
                                of_kind(record_of("plain", 2, 9), RateKind::shared, 0, "another point"),
                                of_kind(record_of("plain", 2, 8), RateKind::own, 0.1), record_of("plain", 1, 0.1),
                                of_kind(record_of("plain", 1001, 6), RateKind::tuning, 0.1)});
  CHECK(results.values({"plain"}, "loss") == Values{0.1, 0.2, 0.10});
  CHECK(results.values({"plain", "another point"}, "loss") == Values{9});
  CHECK(results.values({"plain", "", RateKind::own}, "loss") == Values{8});
  CHECK(results.values({"nobody"}, "loss").empty());
  CHECK(results.mean({"plain"}, "loss").mean == doctest::Approx(0.4 / 3));
  CHECK(results.runs({"plain"})[1]->seed == 2);
}

TEST_CASE("a measure that a run lacks is an error, and has() says so before") {
  const Results results = with({record_of("plain", 1, 0.1)});
  CHECK(contains(error_of([&] { results.values({"plain"}, "drift"); }),
                 "experiment small: expected the measure 'drift' of arm 'plain'"));
  CHECK(results.has({"plain"}, "loss"));
  CHECK(!results.has({"plain"}, "drift"));
  CHECK(!results.has({"batchnorm"}, "loss"));
}

TEST_CASE("an arm learned where more than half of its runs did") {
  const auto learned = [](const std::vector<bool>& each) {
    Results results(small_experiment(), 3);
    std::uint64_t seed = 0;
    for (const bool one : each) results.add(record_of("plain", ++seed, 0.5, one));
    return results.learned({"plain"});
  };
  CHECK(learned({true}));
  CHECK(!learned({false}));
  CHECK(!learned({true, false}));
  CHECK(learned({true, true, false}));
  CHECK(!learned({true, false, false}));
  CHECK(!learned({}));
}

TEST_CASE("a comparison pairs the runs of each seed") {
  Results results(small_experiment(), 3);
  for (const std::uint64_t seed : {3u, 1u, 2u}) {
    results.add(record_of("plain", seed, static_cast<double>(seed)));
  }
  for (const std::uint64_t seed : {2u, 3u, 1u}) {
    results.add(record_of("batchnorm", seed, static_cast<double>(seed) + 10));
  }
  const Comparison comparison = results.compare({"plain"}, {"batchnorm"}, Claimed::higher, "here");
  CHECK(comparison.control == Values{1, 2, 3});
  CHECK(comparison.treated == Values{11, 12, 13});
  CHECK(comparison.claimed == Claimed::higher);
  CHECK(comparison.on == "here");
  CHECK(comparison.control_learned);
  CHECK(comparison.treated_learned);
  CHECK(!comparison.needs_both_learned);
  CHECK(!comparison.best_rate_at_edge);
}

TEST_CASE("runs of different seeds are no pairs") {
  const Results results = with({record_of("plain", 1, 0.1), record_of("plain", 2, 0.2), record_of("batchnorm", 2, 0.1),
                                record_of("batchnorm", 3, 0.2)});
  CHECK(contains(error_of([&] { results.compare({"plain"}, {"batchnorm"}, Claimed::lower, ""); }), "the same seeds"));
}

TEST_CASE("who did not learn is known; where neither did there is nothing to compare") {
  for (const bool control : {false, true}) {
    for (const bool treated : {false, true}) {
      Results results(small_experiment(), 3);
      for (const std::uint64_t seed : {1u, 2u, 3u}) {
        results.add(record_of("plain", seed, 0.5, control));
        results.add(record_of("batchnorm", seed, 0.4, treated));
      }
      const Comparison comparison = results.compare({"plain"}, {"batchnorm"}, Claimed::lower, "");
      CHECK(comparison.control_learned == control);
      CHECK(comparison.treated_learned == treated);
      CHECK(comparison.needs_both_learned == (!control && !treated));
    }
  }
}

TEST_CASE("the best rate has the lowest mean over the tuning runs, and no other run counts") {
  Results results =
      with({tuning("plain", 0.1, 1001, 0.5), tuning("plain", 0.1, 1002, 0.5), tuning("plain", 0.2, 1001, 0.1),
            tuning("plain", 0.2, 1002, 0.7), tuning("plain", 0.4, 1001, 0.3), tuning("plain", 0.4, 1002, 0.6)});
  CHECK(results.rates_tried("plain", "") == Values{0.1, 0.2, 0.4});
  CHECK(results.tuning_values("plain", "", 0.2) == Values{0.1, 0.7});
  CHECK(results.best_rate("plain", "").lr == 0.2);
  CHECK(!results.best_rate("plain", "").at_edge);
  // Reported runs, another arm's and another point's say nothing here.
  results.add(of_kind(record_of("plain", 1, 0.001), RateKind::own, 0.4));
  results.add(of_kind(record_of("plain", 2, 0.001), RateKind::shared, 0.1));
  results.add(tuning("batchnorm", 0.4, 1001, 0.001));
  results.add(of_kind(record_of("plain", 1001, 0.001), RateKind::tuning, 0.4, "elsewhere"));
  CHECK(results.best_rate("plain", "").lr == 0.2);
  CHECK(results.rates_tried("plain", "") == Values{0.1, 0.2, 0.4});
}

TEST_CASE("another measure may choose the rate") {
  Experiment experiment = small_experiment();
  experiment.chosen_by = "validation_loss";
  Results results(experiment, 3);
  for (const auto& [lr, loss, validation] : {std::tuple{0.1, 0.9, 0.2}, {0.2, 0.5, 0.1}, {0.3, 0.1, 0.4}}) {
    Record record = tuning("plain", lr, 1001, loss);
    record.measured.values["validation_loss"] = validation;
    results.add(record);
  }
  CHECK(results.best_rate("plain", "").lr == 0.2);
}

TEST_CASE("the smallest and the largest rate are the grid's edges") {
  for (const std::size_t best : {0u, 1u, 2u}) {
    Results results(small_experiment(), 3);
    for (std::size_t i = 0; i < 3; ++i) {
      results.add(tuning("plain", 0.1 * static_cast<double>(i + 1), 1001, i == best ? 0.1 : 0.5));
    }
    CHECK(results.best_rate("plain", "").at_edge == (best != 1));
  }
  CHECK_FALSE(with({tuning("plain", 0.1, 1001, 0.5)}).best_rate("plain", "").at_edge);
}

TEST_CASE("a best rate at the edge, of either arm, is said of comparisons of own rates alone") {
  const auto edges = [](double at_edge_of_plain, double at_edge_of_batchnorm) {
    Results results(small_experiment(), 3);
    for (const auto& [arm, at_edge] : {std::pair{"plain", at_edge_of_plain}, {"batchnorm", at_edge_of_batchnorm}}) {
      for (const auto& [lr, loss] : {std::pair{0.1, 0.5}, {0.2, 0.3}, {0.3, at_edge}}) {
        results.add(tuning(arm, lr, 1001, loss));
      }
      results.add(of_kind(record_of(arm, 1, 0.5), RateKind::own, 0.2));
      results.add(record_of(arm, 1, 0.5));
    }
    const Which plain{"plain", "", RateKind::own}, batchnorm{"batchnorm", "", RateKind::own};
    CHECK(!results.compare({"plain"}, {"batchnorm"}, Claimed::lower, "").best_rate_at_edge);
    return results.compare(plain, batchnorm, Claimed::lower, "").best_rate_at_edge;
  };
  CHECK(!edges(0.4, 0.4));
  CHECK(edges(0.2, 0.4));
  CHECK(edges(0.4, 0.2));
}

TEST_CASE("in_order() does not depend on the order in which runs were finished") {
  Experiment experiment = small_experiment();
  experiment.sweep = {{"z"}, {"a"}};
  std::vector<Record> records;
  for (const char* point : {"z", "a"}) {
    for (const char* arm : {"plain", "batchnorm"}) {
      for (const RateKind kind : {RateKind::tuning, RateKind::shared, RateKind::own}) {
        for (const double lr : {0.1, 0.2}) {
          for (const std::uint64_t seed : {1u, 2u, 10u}) {
            records.push_back(of_kind(record_of(arm, seed, static_cast<double>(records.size())), kind, lr, point));
          }
        }
      }
    }
  }
  std::vector<Record> mixed = records;
  Random(1, "order").shuffle(mixed);
  const std::vector<Record> sorted = with(mixed, experiment).in_order();
  REQUIRE(sorted.size() == records.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    CHECK(sorted[i].measured.values == records[i].measured.values);
  }
}

}  // namespace bnlab::testing::results_test
