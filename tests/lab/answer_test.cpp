// The sentences of an experiment say what its runs say: which way, by how much, and what they do not decide.
#include "bnlab/lab/trials/answer.hpp"

#include "small_lab.hpp"

namespace bnlab::testing::answer_test {

namespace {

using Values = std::vector<double>;

// Treated less control, with a little noise, over five seeds.
Comparison comparison_of(const std::string& on, double difference) {
  Comparison c;
  c.on = on;
  c.control = {0.50, 0.53, 0.47, 0.61, 0.44};
  const Values noise = {0.01, -0.012, 0.004, -0.009, 0.007};
  for (std::size_t i = 0; i < 5; ++i) c.treated.push_back(c.control[i] + difference + noise[i]);
  return c;
}

Answer answer_with(const std::vector<Comparison>& comparisons, const std::string& measure = "loss") {
  Experiment experiment = small_experiment();
  experiment.measure = measure;
  experiment.read = [=](const Results&) { return Reading{.comparisons = comparisons, .remarks = {"A remark."}}; };
  return answer_of(Results(experiment, 3));
}

std::string found(const std::vector<Comparison>& comparisons, const std::string& measure = "loss") {
  return answer_with(comparisons, measure).found;
}

}  // namespace

TEST_CASE("as claimed: lower, by how much, and where") {
  const std::string text = found({comparison_of("A", -0.2)});
  CHECK(text.starts_with("With batch normalization the loss was lower in A (by 0.2000, 95 % interval 0.18"));
  CHECK(text.ends_with(")."));
  const std::string without_name = found({comparison_of("", -0.2)});
  CHECK(without_name.starts_with("With batch normalization the loss was lower (by 0.2000, 95 %"));
}

TEST_CASE("the opposite is said as it is") {
  CHECK(contains(found({comparison_of("A", 0.2)}), "was higher in A (by 0.2000, 95 % interval 0.18"));
  Comparison claimed_higher = comparison_of("A", -0.2);
  claimed_higher.claimed = Claimed::higher;
  CHECK(contains(found({claimed_higher}), "was lower in A (by 0.2000"));
}

TEST_CASE("no difference: the interval, with its signs") {
  CHECK(contains(found({comparison_of("A", 0)}), "was not different beyond noise in A (95 % interval -0.01"));
  CHECK(contains(found({comparison_of("A", 0)}, "accuracy"), " points"));
  CHECK(contains(found({comparison_of("", 0)}), "was not different beyond noise (95 % interval -0.01"));
}

TEST_CASE("an interval beyond 0 is not called noise without a reason") {
  const Comparison small = comparison_of("A", 0.013);  // alone p = 0.038
  CHECK(contains(found({small}), "was higher in A (by 0.0130"));
  const std::string one_of_two = found({small, comparison_of("B", 0.0)});
  CHECK(contains(one_of_two, "not different beyond noise in A ("));
  CHECK(contains(one_of_two, "; alone p = 0.0"));
  CHECK(contains(one_of_two, ", as one of several p = 0.0"));
  Comparison irrelevant = comparison_of("A", 0.2);
  irrelevant.margin = 0.5;
  CHECK(contains(found({irrelevant}), "; too small to matter)"));
}

TEST_CASE("where all seeds agree it is said that no spread was seen") {
  Comparison equal = comparison_of("A", -1);
  equal.control.assign(5, 3);
  equal.treated.assign(5, 2);
  CHECK(contains(found({equal}), "(by 1; the same in every seed, so no spread was seen)"));
}

TEST_CASE("what cannot be decided or compared is said with its reason") {
  Comparison at_edge = comparison_of("A", -0.2);
  at_edge.best_rate_at_edge = true;
  CHECK(contains(found({at_edge}), "was not decided in A (a best learning rate lies at the edge"));
  at_edge.on = "";
  CHECK(contains(found({at_edge}), "was not decided (a best learning rate lies at the edge"));
  Comparison nobody = comparison_of("A", -0.2);
  nobody.control_learned = nobody.treated_learned = false;
  nobody.needs_both_learned = true;
  CHECK(contains(found({nobody}), "was not to be compared in A (neither arm learned"));
  Comparison few = comparison_of("A", -0.2);
  few.control.resize(2);
  few.treated.resize(2);
  CHECK(contains(found({few}), "was not decided in A (2 seeds, where at least 3 are needed)"));
}

TEST_CASE("an arm that did not learn is named beside the difference") {
  Comparison control = comparison_of("A", -0.2);
  control.control_learned = false;
  CHECK(contains(found({control}), "; the other arm did not learn)"));
  Comparison treated = comparison_of("A", 0.2);
  treated.treated_learned = false;
  CHECK(contains(found({treated}), "; it did not learn)"));
  treated.control_learned = false;
  CHECK(contains(found({treated}), "; neither learned)"));
}

TEST_CASE("several outcomes are clauses of one sentence, in the order of the outcomes") {
  Comparison at_edge = comparison_of("E", -0.2);
  at_edge.best_rate_at_edge = true;
  const std::string text = found({comparison_of("A", 0), comparison_of("B", 0.2), comparison_of("C", -0.2), at_edge,
                                  comparison_of("D", -0.3), comparison_of("F", -0.4)});
  const std::vector<std::string> parts = {
      "was lower in C (by 0.2000",           ", D (by 0.3000",      " and F (by 0.4000", "; higher in B (by 0.2000",
      "; not different beyond noise in A (", "; not decided in E ("};
  std::size_t place = 0;
  for (const std::string& part : parts) {
    CAPTURE(text);
    CAPTURE(part);
    const std::size_t next = text.find(part);
    REQUIRE(next != std::string::npos);
    CHECK(next >= place);
    place = next;
  }
}

TEST_CASE("the verdict's effect is that of the first comparison") {
  const Answer answer = answer_with({comparison_of("A", 0), comparison_of("B", -0.2)});
  CHECK(answer.first.on == "A");
  CHECK(answer.judgement.verdict == Verdict::depends);
  CHECK(answer.measure == "loss");
  CHECK(answer.seeds == 5);
  CHECK(answer.remarks == std::vector<std::string>{"A remark."});
  CHECK(answer.not_shown == "It shows nothing of large ones.");
}

TEST_CASE("accuracies are in percent, their differences in points") {
  Comparison accuracy = comparison_of("A", 0.2);
  accuracy.claimed = Claimed::higher;
  CHECK(contains(found({accuracy}, "accuracy"), "higher in A (by 20.00 points, 95 % interval 18."));
  CHECK(measure_text("accuracy", 0.98214) == "98.21 %");
  CHECK(measure_text("accuracy_population", estimate(Values{0.98, 0.98})) == "98.00 ± 0.00 %");
  CHECK(measure_text("loss", 0.98214) == "0.9821");
}

TEST_CASE("numbers of any size are short") {
  for (const auto& [value, text] : {std::pair{6.0, "6"},
                                    {0.0, "0"},
                                    {0.06434, "0.0643"},
                                    {12.345, "12.35"},
                                    {1.2e-7, "1.20e-07"},
                                    {123456.0, "1.23e+05"},
                                    {-0.5, "-0.5000"}}) {
    CHECK(measure_text("drift", value) == text);
  }
  const Estimate three = estimate(Values{1, 2, 3});  // 2 ± 4.303 / sqrt(3)
  CHECK(measure_text("loss", three) == "2 ± 2.4841");
  CHECK(measure_text("loss", estimate(Values{0.25})) == "0.2500");
}

TEST_CASE("a difference is said without its sign, its interval from low to high") {
  const Estimate positive = estimate(Values{0.1, 0.2, 0.3}), negative = estimate(Values{-0.1, -0.2, -0.3});
  CHECK(difference_text("loss", positive) == difference_text("loss", negative));
  CHECK(difference_text("loss", positive) == "by 0.2000, 95 % interval -0.0484 to 0.4484");
  CHECK(difference_text("loss", estimate(Values{-0.25})) == "by 0.2500");
  CHECK(difference_text("loss", estimate(Values{0.5, 0.5, 0.5})) == "by 0.5000");
}

TEST_CASE("lists of words") {
  CHECK(enumerated({}) == "");
  CHECK(enumerated({"a"}) == "a");
  CHECK(enumerated({"a", "b"}) == "a and b");
  CHECK(enumerated({"a", "b", "c"}) == "a, b and c");
}

TEST_CASE("measures have titles") {
  CHECK(measure_title("loss") == "training loss (mean over all steps)");
  CHECK(measure_title("my_own_measure") == "my own measure");
}

}  // namespace bnlab::testing::answer_test
