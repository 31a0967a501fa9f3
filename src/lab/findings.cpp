#include "bnlab/lab/findings.hpp"

#include <cmath>

#include "bnlab/lab/statistics/paired.hpp"

namespace bnlab {
namespace {

bool is_plain(const Run& run) { return !run.settings.architecture.normalised(); }

// "batch normalization"
std::string norm_of(const Run& run) { return norm_kind(run.settings.architecture.norm).help; }

std::string capitalised(std::string text) {
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string percent(const Run& run) { return format("%.2f %%", 100 * run.test.accuracy); }

// How a run ended that has no test accuracy.
std::string trouble(const Run& run) {
  if (run.diverged()) return format("the loss diverged at step %zu", run.training.diverged_at_step);
  if (run.training.step == 0) return "training did not begin";
  return format("training was stopped at step %zu", run.training.step);
}

// "with it, 79.12 %", "with it the loss diverged at step 24".
std::string ending(const Run& run, const std::string& place) {
  return run.finished() ? place + ", " + percent(run) : place + " " + trouble(run);
}

// "test accuracy was 79.12 % with it", "the loss diverged at step 24 with it".
std::string ending_in_full(const Run& run, const std::string& place) {
  return (run.finished() ? "test accuracy was " + percent(run) : trouble(run)) + " " + place;
}

bool both_finished(const RunPair& pair) { return pair[0].finished() && pair[1].finished(); }

PairedDifference difference_of(const RunPair& pair) {
  return paired_difference(pair[0].test.correct, pair[1].test.correct);
}

std::string describe_difference(const PairedDifference& d) {
  const std::string numbers = points_text(d.difference) + " points";
  const std::string interval = "95 % interval " + points_text(d.low) + " to " + points_text(d.high);
  if (d.significant()) return "a difference of " + numbers + " (" + interval + ")";
  return "no difference beyond chance (" + numbers + ", " + interval + ")";
}

// What the second run of a pair did beside the first.
enum class Effect { better, worse, none, first_diverged, second_diverged, both_diverged, unknown };

Effect effect_of(const RunPair& pair) {
  if (pair[0].training.stopped || pair[1].training.stopped) return Effect::unknown;
  if (pair[0].diverged() && pair[1].diverged()) return Effect::both_diverged;
  if (pair[0].diverged()) return Effect::first_diverged;
  if (pair[1].diverged()) return Effect::second_diverged;
  const PairedDifference d = difference_of(pair);
  if (!d.significant()) return Effect::none;
  return d.difference > 0 ? Effect::better : Effect::worse;
}

// The effect of the other run on the one: as if the pair stood the other way round.
Effect reversed(Effect effect) {
  switch (effect) {
    case Effect::better:
      return Effect::worse;
    case Effect::worse:
      return Effect::better;
    case Effect::first_diverged:
      return Effect::second_diverged;
    case Effect::second_diverged:
      return Effect::first_diverged;
    default:
      return effect;
  }
}

// "did better with batch normalization": what a network did with `norm`, beside what it did with `other`; without any
// where that is empty.
std::string clause(Effect effect, const std::string& norm, const std::string& other) {
  const std::string beside = other.empty() ? "" : " than with " + other;
  const std::string without = other.empty() ? "without " + norm : "with " + other;
  switch (effect) {
    case Effect::better:
      return "did better with " + norm + beside;
    case Effect::worse:
      return "did worse with " + norm + beside;
    case Effect::none:
      return "did not do measurably better or worse with " + norm + beside;
    case Effect::first_diverged:
      return "diverged only " + without;
    case Effect::second_diverged:
      return "diverged only with " + norm;
    case Effect::both_diverged:
      return "diverged both with " + norm + " and " + (other.empty() ? "without" : without);
    case Effect::unknown:
      return "was stopped too early to tell";
  }
  return "";
}

// The clause of a pair. `again`: the normalization was named just before, and is now "it".
std::string clause_of(const RunPair& pair, bool again) {
  const bool second_is_plain = is_plain(pair[1]);
  const bool one_is_plain = is_plain(pair[0]) || second_is_plain;
  const Effect effect = effect_of(pair);
  const std::string norm = norm_of(pair[second_is_plain ? 0 : 1]);
  return clause(second_is_plain ? reversed(effect) : effect, again && one_is_plain ? "it" : norm,
                one_is_plain ? "" : norm_of(pair[0]));
}

// Which of two differences of one direction is larger by more than their intervals: ", the second by more".
std::string by_more(const RunPair& first, const RunPair& second) {
  if (!both_finished(first) || !both_finished(second)) return "";
  const PairedDifference a = difference_of(first);
  const PairedDifference b = difference_of(second);
  const bool apart = a.high < b.low || b.high < a.low;
  const bool is_change = effect_of(first) == Effect::better || effect_of(first) == Effect::worse;
  if (!apart || !is_change) return "";
  const double larger = std::abs(b.difference) - std::abs(a.difference);
  return larger > 0 ? ", the second by more" : ", the first by more";
}

}  // namespace

std::string place_of_first(const RunPair& pair) {
  return is_plain(pair[0]) ? "without " + norm_of(pair[1]) : "with " + norm_of(pair[0]);
}
std::string place_of_second(const RunPair& pair) {
  if (is_plain(pair[0])) return "with it";
  return is_plain(pair[1]) ? "without it" : "with " + norm_of(pair[1]);
}

std::string endings(const RunPair& pair) {
  return capitalised(ending(pair[0], place_of_first(pair))) + "; " + ending(pair[1], place_of_second(pair)) + ".";
}

std::string finding(const RunPair& pair) {
  Architecture network = pair[0].settings.architecture;
  network.norm = "none";
  const std::string in = "In " + network.describe() + " under " + pair[0].settings.optimizer.describe() + ", ";
  const std::string first = place_of_first(pair);
  const std::string second = place_of_second(pair);
  if (!both_finished(pair)) {
    return in + ending_in_full(pair[0], first) + "; " + ending_in_full(pair[1], second) + ".";
  }
  return in + "test accuracy was " + percent(pair[0]) + " " + first + " and " + percent(pair[1]) + " " + second + ": " +
         describe_difference(difference_of(pair)) + ".";
}

std::string meaning(const RunPair& pair) {
  if (effect_of(pair) == Effect::unknown) return "As training was stopped, nothing follows.";
  return "So in this run the network " + clause_of(pair, false) + ".";
}

std::string meaning(const RunPair& first, const RunPair& second) {
  const Effect a = effect_of(first);
  const Effect b = effect_of(second);
  if (a == Effect::unknown && b == Effect::unknown) return "As training was stopped, nothing follows.";
  if (a == b) return "So in these runs each network " + clause_of(first, false) + by_more(first, second) + ".";
  const bool named = a != Effect::unknown;
  const bool known = named && b != Effect::unknown;
  return "So in these runs the first network " + clause_of(first, false) + ", and the second " +
         clause_of(second, named) +
         (known ? ": what normalization does depends on the network and its training." : ".");
}

}  // namespace bnlab
