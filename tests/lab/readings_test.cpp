// What single experiments say of results that are made up: no more than these show.
#include "bnlab/lab/trials/answer.hpp"
#include "made_up_results.hpp"

namespace bnlab::testing::readings_test {

TEST_CASE("regularization: that the mean of the inputs is taken away is not taken for regularization") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("regularization", size);
  const auto verdict_where = [&](double centred) {
    Results results(e, 10);
    for (const Job& job : next_jobs(e, size, results)) {
      Record record = job.record;
      const double mean = is_treated(record.arm) ? 0.5 : job.trial.pixels == "centred" ? centred : 0.6;
      const double loss = mean + noise(record.seed) * (is_treated(record.arm) ? 1 : 2);
      record.measured.values = {{"loss", 1}, {"learned", 1}, {"accuracy", 0.9}, {"test_loss", loss}};
      record.measured.curves["training_loss"] = {2, 0.5, 0.1};
      record.measured.curves["test_loss"] = {2, 1.5, loss};
      results.add(record);
    }
    return answer_of(results);
  };
  CHECK(verdict_where(0.6).judgement.verdict == Verdict::supported);
  const Answer no_difference = verdict_where(0.496);
  CHECK(no_difference.judgement.verdict == Verdict::depends);
  CHECK(contains(no_difference.judgement.depends_on, "no difference for 500 images at the end against plain centred"));
}

// The runs of covariate-shift, of which the noisy arms have that drift and the plain network a drift of 1.
Results with_drift(double of_noisy, bool plain_learned) {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("covariate-shift", size);
  Results results(e, 10);
  for (const Job& job : next_jobs(e, size, results)) {
    Record record = job.record;
    const bool plain = record.arm.starts_with("plain"), noisy = record.arm.starts_with("noisy");
    record.measured.values["drift"] = (plain ? 1 : noisy ? of_noisy : 0.1) + noise(record.seed);
    record.measured.values["loss"] = (noisy ? 1 : 0.5) + noise(record.seed) * (plain ? 2 : 1);
    record.measured.values["learned"] = plain && !plain_learned ? 0 : 1;
    results.add(record);
  }
  return results;
}

TEST_CASE("batch-size: a network that does not learn from small batches has the weakness that is claimed") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("batch-size", size);
  const auto lower = [](bool treated, std::uint64_t seed) { return (treated ? 0.2 : 0.8) + noise(seed); };
  const Answer answer = answer_of(made_up(e, measured_by(e, small_data()), size, lower, true, false));
  CHECK(answer.judgement.verdict == Verdict::supported);
  CHECK(contains(answer.found, "; it did not learn)"));
}

TEST_CASE("learning-rate: where no rate is usable it is said, as the difference is one to the end of the grid") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("learning-rate", size);
  const auto remarks_where = [&](bool some_unusable) {
    Results results(e, 10);
    for (const Job& job : next_jobs(e, size, results)) {
      Record record = job.record;
      const bool unusable =
          job.trial.run.optimizer.lr > 1 || (some_unusable && record.seed == 2 && record.arm == "plain (4 layers)");
      record.measured.values = {{"loss", 1}, {"final_loss", unusable ? kGuessing : 0.1}};
      results.add(record);
    }
    return e.read(results).remarks;
  };
  CHECK(remarks_where(false).size() == 1);
  REQUIRE(remarks_where(true).size() == 2);
  CHECK(contains(remarks_where(true)[1], "for plain (4 layers) in 1 of 3 seeds: they count as 0.001, one step below"));
}

TEST_CASE("learning-rate: an arm without any usable rate has no highest one") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("learning-rate", size);
  const auto verdict_without = [&](const std::string& arm) {
    Results results(e, 10);
    for (const Job& job : next_jobs(e, size, results)) {
      Record record = job.record;
      const bool unusable =
          job.trial.run.optimizer.lr > (is_treated(record.arm) ? 3 : 1) || record.arm.starts_with(arm);
      record.measured.values = {{"loss", 1}, {"final_loss", unusable ? kGuessing : 0.1}};
      results.add(record);
    }
    return judge(e.read(results).comparisons);
  };
  CHECK(verdict_without("nobody").verdict == Verdict::supported);
  const Judgement no_control = verdict_without("plain (4");
  CHECK(no_control.each[2].on == "4 layers against plain");
  CHECK(no_control.each[2].outcome == Outcome::not_comparable);
  CHECK(verdict_without("batchnorm").verdict == Verdict::not_supported);
}

TEST_CASE("initialization: a network that learns from no scale, or from all, does not depend on it") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("initialization", size);
  const auto answer_where = [&](std::size_t plain_learns, std::size_t treated_learns) {
    Results results(e, 10);
    for (const Job& job : next_jobs(e, size, results)) {
      Record record = job.record;
      std::size_t place = 0;
      while (e.sweep[place].name != record.point) ++place;
      record.measured.values["learned"] = place < (is_treated(record.arm) ? treated_learns : plain_learns) ? 1 : 0;
      results.add(record);
    }
    return answer_of(results);
  };
  const std::size_t all = e.sweep.size();
  CHECK(answer_where(2, 4).judgement.verdict == Verdict::supported);
  CHECK(answer_where(2, 4).remarks.size() == 1);
  CHECK(answer_where(4, 2).judgement.verdict == Verdict::not_supported);
  CHECK(answer_where(2, 0).judgement.verdict == Verdict::not_supported);
  CHECK(answer_where(0, 4).judgement.verdict == Verdict::too_few_runs);
  CHECK(answer_where(2, all).judgement.verdict == Verdict::supported);
  CHECK(contains(answer_where(2, all).remarks.at(1), "in every seed: batchnorm, sgd and batchnorm, adam."));
  CHECK(answer_where(all, all).judgement.verdict == Verdict::too_few_runs);
  CHECK(contains(answer_where(all, all).found, "both learned from every scale"));
}

TEST_CASE("smoothness: no remark says that a network that learned nothing has a steady gradient") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("smoothness", size);
  const auto value = [](bool treated, std::uint64_t seed) { return (treated ? 0.2 : 0.8) + noise(seed); };
  const Measured names = measured_by(e, small_data());
  CHECK(e.read(made_up(e, names, size, value, true, true)).remarks.size() == 1);
  CHECK(e.read(made_up(e, names, size, value, false, true)).remarks.empty());
  CHECK(e.read(made_up(e, names, size, value, true, false)).remarks.empty());
}

TEST_CASE("regularization: training losses that are not equal are not taken for equal ones") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("regularization", size);
  const auto verdict_where = [&](double first_of_treated) {
    Results results(e, 10);
    for (const Job& job : next_jobs(e, size, results)) {
      Record record = job.record;
      const bool treated = is_treated(record.arm);
      const double lower = (treated ? 0 : 0.1) + noise(record.seed);
      record.measured.values = {{"loss", 1}, {"learned", 1}, {"accuracy", 0.9}, {"test_loss", 1 + lower}};
      record.measured.curves["training_loss"] = {treated ? first_of_treated : 2, 0.5, treated ? 0.1 : 0.2};
      record.measured.curves["test_loss"] = {2 + lower, 1.5 + lower, 1 + lower};
      results.add(record);
    }
    return answer_of(results);
  };
  CHECK(verdict_where(2).judgement.verdict != Verdict::too_few_runs);
  const Answer unequal = verdict_where(0.19);
  CHECK(unequal.judgement.verdict == Verdict::too_few_runs);
  CHECK(contains(unequal.found, "the looks are too far apart"));
}

TEST_CASE("covariate-shift: less drift alone does not support that less drift is why") {
  const Answer compared = answer_of(with_drift(2, true));
  CHECK(compared.judgement.verdict == Verdict::supported);
  CHECK(compared.judgement.each.size() == 16);  // of the plain network, and of the one with centred inputs
  CHECK(compared.remarks.empty());

  const Answer nothing_to_compare = answer_of(with_drift(0.5, true));
  CHECK(nothing_to_compare.judgement.verdict == Verdict::too_few_runs);
  CHECK(contains(nothing_to_compare.found, "no noise made the drift larger than that of 'plain'"));
  REQUIRE(nothing_to_compare.remarks.size() == 4);
  CHECK(contains(nothing_to_compare.remarks[0],
                 "The drift of noisy 0.5, noisy 1 and noisy 2 was not larger than that of 'plain' at rate 0.1"));
}

TEST_CASE("covariate-shift: a plain network that did not learn has little drift for nothing") {
  const Answer answer = answer_of(with_drift(2, false));
  CHECK(answer.judgement.verdict == Verdict::too_few_runs);
  CHECK(answer.judgement.each.size() == 4);
  REQUIRE(answer.remarks.size() == 4);
  CHECK(contains(answer.remarks[2], "The network 'plain' did not learn at rate 0.3"));
}

}  // namespace bnlab::testing::readings_test
