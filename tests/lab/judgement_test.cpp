// The verdict on synthetic arms: what is known to differ is found, what does not differ is not, and what proves nothing
// is said to prove nothing.
#include "bnlab/lab/statistics/judgement.hpp"

#include <cmath>
#include <limits>

#include "../support.hpp"
#include "normal_numbers.hpp"

namespace bnlab::testing::judgement_test {

namespace {

using Values = std::vector<double>;

// Five seeds of two arms that differ by `difference` on average, with a little noise of deviation about 0.01.
Comparison arms(const std::string& on, double difference, Claimed claimed = Claimed::lower) {
  const Values control = {0.50, 0.53, 0.47, 0.61, 0.44};
  const Values noise = {0.01, -0.012, 0.004, -0.009, 0.007};  // their sum is 0
  Comparison comparison;
  comparison.on = on;
  comparison.claimed = claimed;
  comparison.control = control;
  for (std::size_t i = 0; i < control.size(); ++i) {
    comparison.treated.push_back(control[i] + difference + noise[i]);
  }
  return comparison;
}

constexpr double kMuch = 0.2;  // p is about 0.000002
const Comparison kYes = arms("A", -kMuch);
const Comparison kNone = arms("B", 0);
const Comparison kOpposite = arms("C", kMuch);

// Two seeds are too few.
Comparison of_two_seeds(Comparison comparison) {
  comparison.control.resize(2);
  comparison.treated.resize(2);
  return comparison;
}

Comparison at_the_edge(Comparison comparison) {
  comparison.best_rate_at_edge = true;
  return comparison;
}

// Of a measure that means nothing where the control did not learn.
Comparison with_a_control_that_did_not_learn(Comparison comparison) {
  comparison.needs_both_learned = true;
  comparison.control_learned = false;
  return comparison;
}

Outcome outcome(const Comparison& comparison) { return judge({comparison}).each[0].outcome; }

}  // namespace

TEST_CASE("JU: a known difference, with its estimate and its reason") {
  const Judgement j = judge({kYes});
  CHECK(j.verdict == Verdict::supported);
  REQUIRE(j.each.size() == 1);
  CHECK(j.each[0].on == "A");
  CHECK(j.each[0].outcome == Outcome::as_claimed);
  CHECK(std::abs(j.each[0].effect.mean + kMuch) < 1e-12);
  CHECK(j.each[0].effect.count == 5);
  CHECK(j.each[0].adjusted_p == j.each[0].effect.p_value);
  CHECK(j.each[0].why == "beyond noise (p < 0.0001)");
  CHECK(j.depends_on.empty());
  CHECK(!j.several);
}

TEST_CASE("JU.4, JU.5, JU.7: claimed lower or higher") {
  CHECK(outcome(arms("", -kMuch, Claimed::lower)) == Outcome::as_claimed);
  CHECK(outcome(arms("", kMuch, Claimed::lower)) == Outcome::opposite);
  CHECK(outcome(arms("", -kMuch, Claimed::higher)) == Outcome::opposite);
  CHECK(outcome(arms("", kMuch, Claimed::higher)) == Outcome::as_claimed);
  CHECK(outcome(arms("", 0, Claimed::lower)) == Outcome::no_difference);
  CHECK(outcome(arms("", 0, Claimed::higher)) == Outcome::no_difference);
  CHECK(outcome(arms("", 0.002, Claimed::higher)) == Outcome::no_difference);  // within noise
}

TEST_CASE("JU.1: fewer than three seeds are too few, whatever they show") {
  const Judgement j = judge({of_two_seeds(kYes)});
  CHECK(j.verdict == Verdict::too_few_runs);
  CHECK(j.each[0].outcome == Outcome::unresolved);
  CHECK(j.each[0].why == "2 seeds, where at least 3 are needed");
  CHECK(j.each[0].adjusted_p == 1);
  CHECK(judge({kYes}, 5).verdict == Verdict::supported);
  CHECK(judge({kYes}, 6).verdict == Verdict::too_few_runs);
}

TEST_CASE("JU.1, JU.13: no runs, and no comparisons, are too few") {
  CHECK(judge({Comparison{}}).verdict == Verdict::too_few_runs);
  CHECK(judge({Comparison{}}).each[0].why == "0 seeds, where at least 3 are needed");
  CHECK(judge({}).verdict == Verdict::too_few_runs);
}

TEST_CASE("JU.2: no verdict where a best learning rate lies at the edge of the grid") {
  const Judgement j = judge({at_the_edge(kYes)});
  CHECK(j.verdict == Verdict::too_few_runs);
  CHECK(j.each[0].outcome == Outcome::unresolved);
  CHECK(j.each[0].why.find("edge of the grid") != std::string::npos);
}

TEST_CASE("JU.2: nor where other runs are needed, in the words that were given") {
  Comparison comparison = kYes;
  comparison.open = "no noise was large enough";
  CHECK(judge({comparison}).verdict == Verdict::too_few_runs);
  CHECK(judge({comparison}).each[0].outcome == Outcome::unresolved);
  CHECK(judge({comparison}).each[0].why == "no noise was large enough");
  CHECK(judge({kYes, comparison}).verdict == Verdict::too_few_runs);  // half of a hypothesis is not all of it
}

TEST_CASE("JU.3: an arm that did not learn is not called smooth, stable or free of drift") {
  for (const bool control_learned : {false, true}) {
    for (const bool treated_learned : {false, true}) {
      for (const Comparison& given : {kYes, kNone, kOpposite}) {
        Comparison comparison = given;
        comparison.needs_both_learned = true;
        comparison.control_learned = control_learned;
        comparison.treated_learned = treated_learned;
        const bool both = control_learned && treated_learned;
        CHECK((outcome(comparison) == Outcome::not_comparable) == !both);
        CHECK((judge({comparison}).verdict == Verdict::too_few_runs) == !both);
      }
    }
  }
  CHECK(judge({with_a_control_that_did_not_learn(kYes)}).each[0].why.find("the control did not learn") == 0);
}

TEST_CASE("JU.6: a treated arm that did not learn is never as claimed, but may be the opposite") {
  Comparison comparison = kYes;
  comparison.treated_learned = false;
  CHECK(outcome(comparison) == Outcome::not_comparable);
  CHECK(judge({comparison}).verdict == Verdict::too_few_runs);
  comparison.claimed = Claimed::higher;
  CHECK(outcome(comparison) == Outcome::opposite);
  CHECK(judge({comparison}).each[0].why ==
        "beyond noise, in the other direction (p < 0.0001); the treated arm did not learn");
  comparison = kYes;
  comparison.control_learned = false;  // its loss is higher because it did not learn: just what is claimed
  CHECK(outcome(comparison) == Outcome::as_claimed);
}

TEST_CASE("JU.6: where a weakness is claimed, a treated arm that did not learn shows it") {
  Comparison comparison = kYes;
  comparison.treated_learned = false;
  comparison.of_weakness = true;
  CHECK(outcome(comparison) == Outcome::as_claimed);
  CHECK(judge({comparison}).each[0].why == "beyond noise (p < 0.0001); the treated arm did not learn");
  comparison.control_learned = false;
  comparison.needs_both_learned = true;  // neither learned: no weakness of the treated arm
  CHECK(outcome(comparison) == Outcome::not_comparable);
  CHECK(judge({kYes, comparison}).verdict == Verdict::supported);
}

TEST_CASE("JU.4: a difference beyond noise that is smaller than the margin does not matter") {
  Comparison comparison = kYes;
  comparison.margin = kMuch - 0.01;
  CHECK(outcome(comparison) == Outcome::as_claimed);
  comparison.margin = kMuch + 0.01;
  CHECK(outcome(comparison) == Outcome::no_difference);
  CHECK(judge({comparison}).each[0].why == "beyond noise, but smaller than 0.21, which does not matter (p < 0.0001)");
  Comparison other_way = kOpposite;
  other_way.margin = kMuch + 0.01;
  CHECK(outcome(other_way) == Outcome::no_difference);
}

TEST_CASE("JU: the same difference from every seed counts, and is said to show no spread") {
  Comparison comparison;
  comparison.control = {3, 3, 3};
  comparison.treated = {4, 4, 4};
  comparison.claimed = Claimed::higher;
  CHECK(judge({comparison}).verdict == Verdict::supported);
  CHECK(judge({comparison}).each[0].why ==
        "beyond noise (p < 0.0001); every seed gave exactly this difference, so no spread was seen");
  comparison.treated = comparison.control;
  CHECK(judge({comparison}).verdict == Verdict::no_difference);
  CHECK(judge({comparison}).each[0].why == "within noise (p = 1)");
}

TEST_CASE("JU: Holm changes an answer, and it is said that the comparisons are several") {
  const Comparison weak = arms("weak", -0.0135);  // p = 0.03 alone
  const Judgement alone = judge({weak});
  CHECK(alone.verdict == Verdict::supported);
  const Judgement among = judge({kNone, weak, kNone});
  CHECK(among.several);
  CHECK(among.tested == among.each.size());
  CHECK(among.each[1].effect.p_value == alone.each[0].effect.p_value);
  CHECK(std::abs(among.each[1].adjusted_p - 3 * alone.each[0].adjusted_p) < 1e-15);
  CHECK(among.each[1].outcome == Outcome::no_difference);
  CHECK(among.verdict == Verdict::no_difference);
  CHECK(among.each[1].why.find("within noise (alone p = 0.0") == 0);
  CHECK(among.each[1].why.find("as one of 3 comparisons p = 0.") != std::string::npos);
}

TEST_CASE("JU: Holm's adjustment is over those comparisons that can be tested") {
  const Comparison weak = arms("weak", -0.0135);
  const Judgement j = judge({weak, at_the_edge(kNone), with_a_control_that_did_not_learn(kNone), of_two_seeds(kNone)});
  CHECK(j.each[0].outcome == Outcome::as_claimed);
  CHECK(j.each[0].adjusted_p == j.each[0].effect.p_value);
  CHECK(!j.several);
}

TEST_CASE("JU.8 to JU.13: the verdict over all comparisons") {
  const Comparison open = at_the_edge(arms("D", -kMuch));
  const Comparison not_comparable = with_a_control_that_did_not_learn(arms("E", -kMuch));
  Comparison failed = arms("F", -kMuch);  // neither arm learned
  failed.control_learned = failed.treated_learned = false;
  failed.needs_both_learned = true;
  const struct {
    std::vector<Comparison> comparisons;
    Verdict verdict;
    const char* depends_on;
  } expected[] = {
      {{kYes, kYes}, Verdict::supported, ""},
      {{kOpposite, kOpposite}, Verdict::not_supported, ""},
      {{kNone, kNone}, Verdict::no_difference, ""},
      {{kYes, kNone}, Verdict::depends, "yes for A; no difference for B"},
      {{kOpposite, kYes}, Verdict::depends, "yes for A; the opposite for C"},
      {{kOpposite, kNone, kYes, kYes}, Verdict::depends, "yes for A and A; no difference for B; the opposite for C"},
      {{kOpposite, kNone}, Verdict::not_supported, "no difference for B; the opposite for C"},
      {{kYes, open}, Verdict::too_few_runs, "yes for A; not settled for D"},
      {{kNone, open}, Verdict::too_few_runs, "no difference for B; not settled for D"},
      {{kOpposite, open}, Verdict::too_few_runs, "the opposite for C; not settled for D"},
      {{kYes, kNone, open}, Verdict::depends, "yes for A; no difference for B; not settled for D"},
      {{kYes, not_comparable}, Verdict::supported, "yes for A; not comparable for E"},
      {{not_comparable, kNone}, Verdict::no_difference, "no difference for B; not comparable for E"},
      {{kOpposite, not_comparable}, Verdict::not_supported, "the opposite for C; not comparable for E"},
      {{not_comparable, not_comparable}, Verdict::too_few_runs, ""},
      {{kYes, failed}, Verdict::depends, "yes for A; not comparable for F"},
      {{kYes, failed, open}, Verdict::depends, "yes for A; not comparable for F; not settled for D"},
      {{failed, kNone}, Verdict::no_difference, "no difference for B; not comparable for F"},
      {{kOpposite, failed}, Verdict::not_supported, "the opposite for C; not comparable for F"},
      {{failed, failed}, Verdict::too_few_runs, ""},
  };
  for (const auto& e : expected) {
    CAPTURE(e.depends_on);
    const Judgement j = judge(e.comparisons);
    CHECK(verdict_name(j.verdict) == std::string(verdict_name(e.verdict)));
    CHECK(j.depends_on == e.depends_on);
    CHECK(j.each.size() == e.comparisons.size());
    std::size_t tested = 0;
    for (const Judged& one : j.each) tested += one.why.find("noise") != std::string::npos ? 1 : 0;
    CHECK(j.tested == tested);
  }
}

// Four comparisons of arms that do not differ: in 95 of 100 experiments or more the verdict must be "no difference".
TEST_CASE("JU: where nothing differs, at most 5 of 100 experiments find something") {
  constexpr int kExperiments = 4000;
  Random random(21, "nothing differs");
  int found = 0;
  for (int i = 0; i < kExperiments; ++i) {
    std::vector<Comparison> comparisons(4);
    for (Comparison& c : comparisons) {
      c.control = normal_numbers(random, 5, 1, 0.1);
      c.treated = normal_numbers(random, 5, 1, 0.1);
    }
    found += judge(comparisons).verdict != Verdict::no_difference;
  }
  CHECK(found <= 0.06 * kExperiments);
  CHECK(found >= 0.03 * kExperiments);
}

TEST_CASE("JU: arms of different length, and measures that are not finite, are errors") {
  Comparison comparison = kYes;
  comparison.treated.pop_back();
  CHECK_THROWS_AS(judge({comparison}), Error);
  comparison = kYes;
  comparison.treated[2] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(judge({comparison}), Error);
}

TEST_CASE("verdicts and outcomes have names") {
  CHECK(verdict_name(Verdict::supported) == std::string("supported"));
  CHECK(verdict_name(Verdict::not_supported) == std::string("not-supported"));
  CHECK(verdict_name(Verdict::depends) == std::string("depends"));
  CHECK(verdict_name(Verdict::no_difference) == std::string("no-difference"));
  CHECK(verdict_name(Verdict::too_few_runs) == std::string("too-few-runs"));
  CHECK(outcome_name(Outcome::as_claimed) == std::string("as-claimed"));
  CHECK(outcome_name(Outcome::not_comparable) == std::string("not-comparable"));
}

}  // namespace bnlab::testing::judgement_test
