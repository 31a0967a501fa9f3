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

// Compares two classifiers by their answers: 1 (right) or 0 per image, as Evaluation::correct, of the same images in
// the same order. Error: they differ in length, or there are none.
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

// The same from the counts: images, those that only the first has right, those that only the second has right. Error:
// no images, or more discordant ones than images.
PairedDifference paired_difference(std::size_t count, std::size_t only_first, std::size_t only_second);

// The equations, for b images that only the first has right and c that only the second has right, of n:
//
//   PD.1   difference d = (c - b) / n
//   PD.2   p = 2 P(X <= min(b, c)), at most 1, with X ~ Binomial(b + c, 1/2)
//   PD.3   π, the share of discordant images that the second wins, in [π_l, π_u]: Clopper-Pearson of c in b + c
//   PD.4   ψ, the share of images that are discordant, in [ψ_l, ψ_u]: Clopper-Pearson of b + c in n
//   PD.5   d = θ ψ with θ = 2 π - 1. From each end θ_e of θ's interval a limit of d:
//          d ∓ sqrt((θ - θ_e)² ψ² + θ_e² (ψ - ψ_e)²), with ψ_e the end of ψ's interval that lies farther out for θ_e
//
// The test. PD.2 is McNemar's test (1947) in its exact form. If neither classifier is better, each discordant image is
// won by the toss of a coin. The test is conditional on b + c: images that both have right or both wrong say nothing.
//
// Test and interval agree. PD.3 (Clopper and Pearson 1934) has its limits where the tails of PD.2 are 0.025 each. So
// π's interval leaves out 1/2, and θ's interval 0, where p < 0.05, and nowhere else. A limit of d has the sign of its
// θ_e. So the interval of d leaves out 0 in the same cases.
//
// Why PD.4. PD.3 alone would give the interval (2 π - 1) (b + c) / n, as if b + c were known. But other test images
// would have more discordant ones, or fewer. Where one classifier wins all of them, that interval would end at d
// itself.
//
// Why the squares. From (θ, ψ) to the corner (θ_e, ψ_e) d changes by two steps, |θ - θ_e| ψ and |θ_e| |ψ - ψ_e|. Their
// sum would be right if both estimates were off by the most at once. They are independent, so the squares are added:
// "square and add" (Newcombe 1998; Zou and Donner 2008). Fagerland, Lydersen and Laake (2014) compare other intervals.
// This one contains the true difference with a probability of 0.95 or more in every case that tests/lab/paired_test.cpp
// adds up.
//
// The rule of thumb of two standard errors, sqrt(b + c) / n each: where there are thousands of discordant images, PD.2
// asks for 1.96 of them. Where there are few, it asks for more: the fewest that are enough are six discordant images,
// all won by one.

// A difference of accuracies in points, hundredths: "+1.13". Two decimals, and up to six where fewer would show 0 for a
// difference that is not 0.
std::string points_text(double difference);

// "= 0.1250", "= 1", "< 0.0001". It never shows 0.05 for a p below it.
std::string p_value_text(double p);

}  // namespace bnlab
