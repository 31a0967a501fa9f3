#include "bnlab/lab/trials/answer.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/statistics/paired.hpp"

namespace bnlab {
namespace {

bool is_accuracy(const std::string& measure) { return measure.find("accuracy") != std::string::npos; }

// Without an exponent where people read none: "6", "0.0643", "12.34", "1.20e-07".
std::string any_size_text(double x) {
  const double size = std::fabs(x);
  if (size < 10000 && x == std::round(x)) return format("%.0f", x);
  if (size >= 10000 || size < 0.001) return format("%.2e", x);
  return format("%.*f", size < 10 ? 4 : 2, x);
}

std::string unsigned_text(const std::string& measure, double x) {
  return is_accuracy(measure) ? format("%.2f", 100 * x) : any_size_text(x);
}

std::string lower_or_higher(const Estimate& difference) { return difference.mean < 0 ? "lower" : "higher"; }

// The comparisons with that outcome, each with what `text` says of it.
std::string those_with(const Judgement& judgement, Outcome outcome,
                       const std::function<std::string(const Judged&)>& text) {
  std::vector<std::string> parts;
  for (const Judged& one : judgement.each) {
    if (one.outcome == outcome) parts.push_back(one.on.empty() ? text(one) : one.on + " " + text(one));
  }
  return enumerated(parts);
}

// What must be known beside a difference: of a network that does not learn it may say little.
std::string learning_remark(const Comparison& comparison) {
  if (!comparison.control_learned && !comparison.treated_learned) return "; neither learned";
  if (!comparison.control_learned) return "; the other arm did not learn";
  return comparison.treated_learned ? "" : "; it did not learn";
}

// An interval of no width looks like certainty.
std::string spread_remark(const Estimate& effect) {
  const bool all_equal = effect.count > 1 && effect.deviation == 0;
  return all_equal ? "; the same in every seed, so no spread was seen" : "";
}

// Why there is no difference although the comparison's own interval is beyond 0.
std::string noise_remark(const Judged& one) {
  if (one.effect.p_value >= 0.05) return "";
  if (one.adjusted_p < 0.05) return "; too small to matter";
  return "; alone p " + p_value_text(one.effect.p_value) + ", as one of several p " + p_value_text(one.adjusted_p);
}

// "lower in A (by …) and B (by …)": the words, and the comparisons with that outcome. Empty where there are none.
std::string clause(const std::string& words, const Judgement& judgement, Outcome outcome,
                   const std::function<std::string(const Judged&)>& text) {
  const std::string those = those_with(judgement, outcome, text);
  if (those.empty()) return "";
  return words + (those.starts_with("(") ? " " : " in ") + those;  // a comparison without a name is the only one
}

// "lower in A (by …) and B (by …); not different beyond noise in C (…)"
std::string what_was_found(const Experiment& experiment, const Judgement& judgement,
                           const std::vector<Comparison>& comparisons) {
  const std::string& measure = experiment.measure;
  const auto by = [&](const Judged& one) {
    const Comparison& comparison = comparisons[static_cast<std::size_t>(&one - judgement.each.data())];
    return "(" + difference_text(measure, one.effect) + spread_remark(one.effect) + learning_remark(comparison) + ")";
  };
  const auto within = [&](const Judged& one) {
    return format("(95 %% interval %s to %s%s%s)", unsigned_text(measure, one.effect.low).c_str(),
                  unsigned_text(measure, one.effect.high).c_str(), is_accuracy(measure) ? " points" : "",
                  noise_remark(one).c_str());
  };
  const auto why = [](const Judged& one) { return "(" + one.why + ")"; };
  std::vector<std::string> clauses;
  for (const Outcome outcome : {Outcome::as_claimed, Outcome::opposite}) {
    const auto first = std::find_if(judgement.each.begin(), judgement.each.end(),
                                    [&](const Judged& one) { return one.outcome == outcome; });
    if (first == judgement.each.end()) continue;
    clauses.push_back(clause(lower_or_higher(first->effect), judgement, outcome, by));
  }
  clauses.push_back(clause("not different beyond noise", judgement, Outcome::no_difference, within));
  clauses.push_back(clause("not decided", judgement, Outcome::unresolved, why));
  clauses.push_back(clause("not to be compared", judgement, Outcome::not_comparable, why));
  std::string text;
  for (const std::string& one : clauses) text += (text.empty() || one.empty() ? "" : "; ") + one;
  return text;
}

}  // namespace

std::string enumerated(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

std::string measure_text(const std::string& measure, double value) {
  return is_accuracy(measure) ? format("%.2f %%", 100 * value) : any_size_text(value);
}

std::string measure_text(const std::string& measure, const Estimate& estimate) {
  if (estimate.count < 2) return measure_text(measure, estimate.mean);
  const double half = (estimate.high - estimate.low) / 2;
  if (is_accuracy(measure)) return format("%.2f ± %.2f %%", 100 * estimate.mean, 100 * half);
  return any_size_text(estimate.mean) + " ± " + any_size_text(half);
}

std::string difference_text(const std::string& measure, const Estimate& difference) {
  const double sign = difference.mean < 0 ? -1 : 1;
  const double low = sign < 0 ? -difference.high : difference.low;
  const double high = sign < 0 ? -difference.low : difference.high;
  const std::string by =
      "by " + unsigned_text(measure, sign * difference.mean) + (is_accuracy(measure) ? " points" : "");
  const bool no_spread = difference.deviation == 0;  // an interval without width says nothing
  if (difference.count < 2 || no_spread) return by;
  return by + ", 95 % interval " + unsigned_text(measure, low) + " to " + unsigned_text(measure, high);
}

std::string measure_title(const std::string& measure) {
  static const std::map<std::string, std::string> titles = {
      {"loss", "training loss (mean over all steps)"},
      {"final_loss", "training loss (last tenth of the steps)"},
      {"accuracy", "test accuracy (running statistics)"},
      {"accuracy_population", "test accuracy (statistics re-estimated over the training images)"},
      {"accuracy_batch", "test accuracy (each test batch's own statistics)"},
      {"test_loss", "test loss"},
      {"validation_accuracy", "validation accuracy"},
      {"validation_loss", "validation loss"},
      {"learned", "share of runs that learned"},
      {"diverged", "share of runs that diverged"},
  };
  const auto found = titles.find(measure);
  if (found != titles.end()) return found->second;
  std::string title = measure;
  for (char& c : title) c = c == '_' ? ' ' : c;
  return title;
}

std::string measure_axis(const std::string& measure) {
  const std::string title = measure_title(measure);
  return title.substr(0, title.find(" ("));
}

Answer answer_of(const Results& results) {
  const Experiment& experiment = results.experiment();
  const Reading reading = experiment.read(results);
  Answer answer;
  answer.judgement = judge(reading.comparisons);
  answer.first = answer.judgement.each.at(0);
  answer.measure = experiment.measure;
  answer.seeds = reading.comparisons.at(0).control.size();
  answer.found = experiment.treated + " " + experiment.in_words + " was " +
                 what_was_found(experiment, answer.judgement, reading.comparisons) + ".";
  answer.not_shown = experiment.not_shown;
  answer.remarks = reading.remarks;
  return answer;
}

}  // namespace bnlab
