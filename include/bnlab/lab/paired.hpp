// Two classifiers on the same test images: how much better is one, and could it be chance?
//
// The two accuracies share their images, so their standard errors do not add as those of separate experiments would.
// Only the images on which exactly one of the two is right, the discordant pairs, tell which of them is better. There
// may be few of them, so nothing here takes a binomial distribution for a normal one.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace bnlab {

struct PairedDifference {
  std::size_t count = 0;        // images
  std::size_t only_first = 0;   // the first right, the second wrong
  std::size_t only_second = 0;  // the second right, the first wrong
  double difference = 0;        // accuracy of the second less that of the first
  double low = -1;              // its 95 % interval, from low
  double high = 1;              // to high
  double p_value = 1;           // McNemar's exact test: of a difference at least this large by chance alone

  // The one criterion for "better": p < 0.05, which holds exactly where 0 is outside of the interval.
  bool significant() const { return p_value < 0.05; }
};

// Of 1 or 0 per image, as Evaluation::correct; the same length, the same images. Error: they differ in length, or there
// are none. With b images only the first gets right and c only the second, of n:
//
//   PD.1   difference d = (c - b) / n
//   PD.2   p = 2 P(X <= min(b, c)), at most 1, with X ~ Binomial(b + c, 1/2)
//   PD.3   π, the share of discordant pairs that the second wins, in [π_l, π_u]: Clopper-Pearson of c in b + c
//   PD.4   ψ, the share of images that are discordant, in [ψ_l, ψ_u]: Clopper-Pearson of b + c in n
//   PD.5   d = θ ψ with θ = 2 π - 1. From each end θ_e of θ's interval a limit of d:
//          d ∓ sqrt((θ - θ_e)² ψ² + θ_e² (ψ - ψ_e)²), with ψ_e the end of ψ's interval that lies farther out for θ_e
//
// PD.2 is McNemar's test (1947) in its exact form: if neither is better, each discordant pair is won by a toss of a coin.
// It is conditional on b + c: images that both get right or both get wrong say nothing. PD.3 (Clopper and Pearson 1934)
// has its limits where the same tails are 0.025. So θ's interval leaves out 0 where p < 0.05, and nowhere else. The sign of
// a limit of d is that of θ_e, so the interval of d does the same: verdict, p and interval agree.
//
// PD.3 alone would give an interval conditional on b + c, too, (2 π - 1) (b + c) / n. But other test images would have
// more discordant pairs, or fewer: where one wins all of them that interval would end at d. PD.4 is for that. From (θ, ψ)
// to the corner (θ_e, ψ_e) d changes by two steps, |θ - θ_e| ψ and |θ_e| |ψ - ψ_e|. Their sum would be right if both
// estimates were off by the most at once. They are independent, so the squares are added (the "square and add" of Newcombe
// 1998; Zou and Donner 2008). Fagerland, Lydersen and Laake (2014) compare other intervals. This one contains the true
// difference with a probability of 0.95 or more in every case that tests/lab/paired_test.cpp adds up.
//
// How p < 0.05 relates to the rule of thumb of two standard errors, sqrt(b + c) / n each: where there are thousands of
// discordant pairs PD.2 asks for 1.96 of them, and for more where there are few. Its least difference is 6 to 0.
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);
PairedDifference paired_difference(std::size_t count, std::size_t only_first, std::size_t only_second);

// "= 0.1250", "= 1", "< 0.0001". It never shows 0.05 for a p below it.
std::string p_value_text(double p);

}  // namespace bnlab
