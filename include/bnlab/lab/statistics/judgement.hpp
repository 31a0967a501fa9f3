// The verdict of an experiment: is a claim about two arms, a control and a treated one, borne out by their runs?
//
// The rules stand here, before any run: what counts is not decided by who has seen the results. A claim may be tried on
// several networks, data or settings, each a comparison of its own; the verdict is over all of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bnlab/lab/statistics/estimate.hpp"

namespace bnlab {

// What is claimed of the treated arm's measure: that it is lower, or higher, than the control's.
enum class Claimed { lower, higher };

struct Comparison {
  std::string on;               // "784-512-10, centred inputs": on what the answer may depend
  std::vector<double> control;  // the measure of each run, …
  std::vector<double> treated;  // … of the same seeds in the same order
  Claimed claimed = Claimed::lower;
  bool control_learned = true;
  bool treated_learned = true;
  bool needs_both_learned = false;  // of smoothness, drift, stability: an arm that did not learn has them for nothing
  bool of_weakness = false;         // claimed is that the treated arm does worse: not to learn is as claimed
  bool best_rate_at_edge = false;   // of either arm's own best learning rate: a better one may lie beyond the grid
  std::string open = "";            // why other runs are needed to settle it, in words; empty: these can do it
  double margin = 0;  // differences smaller than this do not matter, in the measure's units; 0: all beyond noise do
};

enum class Outcome { as_claimed, opposite, no_difference, not_comparable, unresolved };

struct Judged {
  std::string on;
  Estimate effect;        // of treated - control; its interval is that of this comparison by itself, without Holm
  double adjusted_p = 1;  // Holm's, over the comparisons that were tested; 1 of one that was not
  Outcome outcome = Outcome::unresolved;
  bool failed = false;  // the treated arm did not learn, although the claim is not that it does worse
  std::string why;      // in words: "within noise (p = 0.3100)"
};

enum class Verdict { supported, not_supported, depends, no_difference, too_few_runs };

struct Judgement {
  Verdict verdict = Verdict::too_few_runs;
  std::vector<Judged> each;  // in the order of the comparisons
  std::string depends_on;    // where they differ: "yes for A and B; no difference for C; the opposite for D"
  std::size_t tested = 0;    // comparisons
  bool several = false;      // more than one was tested, so Holm raised their p
};

// The rules, for each comparison, the first that applies:
//
//   JU.1   fewer seeds than least_seeds                            -> unresolved
//   JU.2   an arm's best learning rate at the edge of the grid, or
//          open for another reason                                 -> unresolved
//   JU.3   both must have learned, and one did not                 -> not_comparable
//          All others are tested: the paired t test (TI.5), p adjusted over those tested (TI.7).
//   JU.4   p >= 0.05, or a mean difference smaller than the margin -> no_difference
//   JU.5   in the other direction                                  -> opposite
//   JU.6   as claimed, but the treated arm did not learn, and the
//          claim is not of a weakness                              -> not_comparable
//   JU.7   as claimed                                              -> as_claimed
//
// For all of them together, again the first that applies:
//
//   JU.8   some as claimed; of others no difference, or the opposite,
//          or a treated arm that did not learn                       -> depends, whatever else is open
//   JU.9   any unresolved: it could still change the answer          -> too_few_runs
//   JU.10  as claimed (all that can be compared)                     -> supported
//   JU.11  some opposite, the rest no difference                     -> not_supported
//   JU.12  no difference                                             -> no_difference
//   JU.13  nothing could be compared                                 -> too_few_runs
//
// Where a treated arm did not learn the claim has failed, even if the control did not learn either: JU.8. Where only the
// control did not, and the measure says nothing of it, there was nothing to compare, and the others decide.
//
// "No difference" is none that these runs show. How large one could still be, the interval says.
//
// Where every seed gives exactly the same difference, not 0, there is no noise to compare it with, and p is 0 (see
// estimate.hpp). It counts, from least_seeds seeds on: a measure such as "the highest rate of the grid at which the
// network learns" is often the same for all seeds, and to call that "no difference" would be wrong. `why` says that no
// spread was seen.
//
// Error: arms with different numbers of runs, or a measure that is not finite.
Judgement judge(const std::vector<Comparison>& comparisons, std::size_t least_seeds = 3);

const char* verdict_name(Verdict verdict);  // "supported", "not-supported", "depends", "no-difference", "too-few-runs"
const char* outcome_name(Outcome outcome);  // "as-claimed", "opposite", "no-difference", "not-comparable", "unresolved"

}  // namespace bnlab
