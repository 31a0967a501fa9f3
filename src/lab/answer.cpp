#include "bnlab/lab/answer.hpp"

#include <cmath>

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

// "was lower in A (by …) and B (by …); no different in C (…)"
std::string what_was_found(const Experiment& experiment, const Judgement& judgement,
                           const std::vector<Comparison>& comparisons) {
  const std::string& measure = experiment.measure;
  const auto by = [&](const Judged& one) {
    const Comparison& comparison = comparisons[static_cast<std::size_t>(&one - judgement.each.data())];
    const char* note = comparison.control_learned ? "" : "; the other arm did not learn";
    return "(" + difference_text(measure, one.effect) + note + ")";
  };
  const auto within = [&](const Judged& one) {
    return format("(%s to %s)", unsigned_text(measure, one.effect.low).c_str(),
                  unsigned_text(measure, one.effect.high).c_str());
  };
  const auto why = [](const Judged& one) { return "(" + one.why + ")"; };
  std::vector<std::string> clauses;
  for (const Outcome outcome : {Outcome::as_claimed, Outcome::opposite}) {
    const std::string those = those_with(judgement, outcome, by);
    if (those.empty()) continue;
    for (const Judged& one : judgement.each) {
      if (one.outcome != outcome) continue;
      clauses.push_back(lower_or_higher(one.effect) + " " + (one.on.empty() ? "" : "in ") + those);
      break;
    }
  }
  const std::string same = those_with(judgement, Outcome::no_difference, within);
  if (!same.empty()) clauses.push_back("not different beyond noise in " + same);
  const std::string unresolved = those_with(judgement, Outcome::unresolved, why);
  if (!unresolved.empty()) clauses.push_back("not decided in " + unresolved);
  const std::string void_ones = those_with(judgement, Outcome::not_comparable, why);
  if (!void_ones.empty()) clauses.push_back("not to be compared in " + void_ones);
  std::string text;
  for (const std::string& clause : clauses) text += (text.empty() ? "" : "; ") + clause;
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
  if (difference.count < 2) return by;
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
  answer.found = experiment.treated + (experiment.in_words.empty() ? "" : " ") + experiment.in_words + " was " +
                 what_was_found(experiment, answer.judgement, reading.comparisons) + ".";
  answer.not_shown = experiment.not_shown;
  answer.remarks = reading.remarks;
  return answer;
}

}  // namespace bnlab
