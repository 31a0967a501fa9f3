#include "bnlab/lab/statistics/judgement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bnlab/core/text.hpp"
#include "bnlab/lab/statistics/paired.hpp"

namespace bnlab {
namespace {

constexpr double kSignificance = 0.05;

// Of no runs nothing is known.
Estimate effect_of(const Comparison& comparison) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (comparison.control.empty() && comparison.treated.empty()) return {.low = -kInfinity, .high = kInfinity};
  return paired_estimate(comparison.control, comparison.treated);
}

std::string who_did_not_learn(const Comparison& comparison) {
  if (!comparison.control_learned && !comparison.treated_learned) return "neither arm learned";
  return comparison.control_learned ? "the treated arm did not learn" : "the control did not learn";
}

// Fills in why a comparison cannot be tested, JU.1 to JU.3, and returns whether that is so.
bool is_ruled_out(const Comparison& comparison, std::size_t least_seeds, Judged& judged) {
  const bool both_learned = comparison.control_learned && comparison.treated_learned;
  if (judged.effect.count < least_seeds) {  // JU.1
    judged.outcome = Outcome::unresolved;
    judged.why = format("%zu seeds, where at least %zu are needed", judged.effect.count, least_seeds);
  } else if (comparison.best_rate_at_edge) {  // JU.2
    judged.outcome = Outcome::unresolved;
    judged.why = "a best learning rate lies at the edge of the grid: a better one may lie beyond";
  } else if (!comparison.open.empty()) {  // JU.2
    judged.outcome = Outcome::unresolved;
    judged.why = comparison.open;
  } else if (comparison.needs_both_learned && !both_learned) {  // JU.3
    judged.outcome = Outcome::not_comparable;
    judged.why = who_did_not_learn(comparison) + ", and of a network that does not learn this measure says nothing";
  } else {
    return false;
  }
  return true;
}

bool is_as_claimed(double difference, Claimed claimed) {
  return claimed == Claimed::lower ? difference < 0 : difference > 0;
}

Outcome outcome_of(const Comparison& comparison, const Judged& judged) {
  const double difference = judged.effect.mean;
  const bool matters = judged.adjusted_p < kSignificance && std::abs(difference) >= comparison.margin;
  if (!matters) return Outcome::no_difference;                                   // JU.4
  if (!is_as_claimed(difference, comparison.claimed)) return Outcome::opposite;  // JU.5
  return judged.failed ? Outcome::not_comparable : Outcome::as_claimed;          // JU.6, JU.7
}

// "(p = 0.0123)", or with what Holm made of it "(alone p = 0.0300, as one of 4 comparisons p = 0.1200)".
std::string p_in_words(const Judged& judged, std::size_t tested) {
  const std::string adjusted = "p " + p_value_text(judged.adjusted_p);
  if (tested == 1) return "(" + adjusted + ")";
  return format("(alone p %s, as one of %zu comparisons %s)", p_value_text(judged.effect.p_value).c_str(), tested,
                adjusted.c_str());
}

std::string reason(const Comparison& comparison, const Judged& judged, std::size_t tested) {
  const std::string p = " " + p_in_words(judged, tested);
  const bool beyond_noise = judged.adjusted_p < kSignificance;
  const bool no_spread = judged.effect.deviation == 0 && judged.effect.mean != 0;
  std::string text;
  switch (judged.outcome) {
    case Outcome::as_claimed:
      text = "beyond noise" + p;
      break;
    case Outcome::opposite:
      text = "beyond noise, in the other direction" + p;
      break;
    case Outcome::no_difference:
      text = beyond_noise ? format("beyond noise, but smaller than %g, which does not matter", comparison.margin) + p
                          : "within noise" + p;
      break;
    default:
      return "as claimed, but the treated arm did not learn";
  }
  if (no_spread) text += "; every seed gave exactly this difference, so no spread was seen";
  const bool both_learned = comparison.control_learned && comparison.treated_learned;
  return both_learned ? text : text + "; " + who_did_not_learn(comparison);
}

bool any(const std::vector<Judged>& each, Outcome outcome) {
  return std::any_of(each.begin(), each.end(), [&](const Judged& judged) { return judged.outcome == outcome; });
}

Verdict verdict_of(const std::vector<Judged>& each) {
  const bool some_as_claimed = any(each, Outcome::as_claimed);
  const bool some_opposite = any(each, Outcome::opposite);
  const bool some_without = any(each, Outcome::no_difference);
  const bool some_failed = std::any_of(each.begin(), each.end(), [](const Judged& judged) {
    return judged.outcome == Outcome::not_comparable && judged.failed;
  });
  if (some_as_claimed && (some_opposite || some_without || some_failed)) return Verdict::depends;  // JU.8
  if (any(each, Outcome::unresolved)) return Verdict::too_few_runs;                                // JU.9
  if (some_as_claimed) return Verdict::supported;                                                  // JU.10
  if (some_opposite) return Verdict::not_supported;                                                // JU.11
  return some_without ? Verdict::no_difference : Verdict::too_few_runs;                            // JU.12, JU.13
}

// "yes for A and B", or nothing where no comparison has this outcome.
std::string names_with(Outcome outcome, const char* answer, const std::vector<Judged>& each) {
  std::string text;
  for (const Judged& judged : each) {
    if (judged.outcome != outcome) continue;
    text += (text.empty() ? std::string(answer) + " for " : std::string(" and ")) + judged.on;
  }
  return text;
}

// Empty where all comparisons have the same outcome.
std::string answers_by_comparison(const std::vector<Judged>& each) {
  const struct {
    Outcome outcome;
    const char* answer;
  } answers[] = {{Outcome::as_claimed, "yes"},
                 {Outcome::no_difference, "no difference"},
                 {Outcome::opposite, "the opposite"},
                 {Outcome::not_comparable, "not comparable"},
                 {Outcome::unresolved, "not settled"}};
  std::string text;
  std::size_t kinds = 0;
  for (const auto& answer : answers) {
    const std::string names = names_with(answer.outcome, answer.answer, each);
    if (names.empty()) continue;
    text += (kinds == 0 ? "" : "; ") + names;
    ++kinds;
  }
  return kinds > 1 ? text : "";
}

}  // namespace

Judgement judge(const std::vector<Comparison>& comparisons, std::size_t least_seeds) {
  Judgement judgement;
  std::vector<std::size_t> tested;
  std::vector<double> p_values;
  for (const Comparison& comparison : comparisons) {
    Judged judged;
    judged.on = comparison.on;
    judged.failed = !comparison.treated_learned && !comparison.of_weakness;
    judged.effect = effect_of(comparison);
    if (!is_ruled_out(comparison, least_seeds, judged)) {
      tested.push_back(judgement.each.size());
      p_values.push_back(judged.effect.p_value);
    }
    judgement.each.push_back(judged);
  }
  const std::vector<double> adjusted = holm(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    const Comparison& comparison = comparisons[tested[i]];
    Judged& judged = judgement.each[tested[i]];
    judged.adjusted_p = adjusted[i];
    judged.outcome = outcome_of(comparison, judged);
    judged.why = reason(comparison, judged, tested.size());
  }
  judgement.verdict = verdict_of(judgement.each);
  judgement.depends_on = answers_by_comparison(judgement.each);
  judgement.tested = tested.size();
  judgement.several = tested.size() > 1;
  return judgement;
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return "supported";
    case Verdict::not_supported:
      return "not-supported";
    case Verdict::depends:
      return "depends";
    case Verdict::no_difference:
      return "no-difference";
    case Verdict::too_few_runs:
      return "too-few-runs";
  }
  return "";
}

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::as_claimed:
      return "as-claimed";
    case Outcome::opposite:
      return "opposite";
    case Outcome::no_difference:
      return "no-difference";
    case Outcome::not_comparable:
      return "not-comparable";
    case Outcome::unresolved:
      return "unresolved";
  }
  return "";
}

}  // namespace bnlab
