#include "bnlab/lab/figures/ticks.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/number.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {
namespace {

// A tick that misses the range by less than this part of itself or of a step, as rounding makes it do, belongs to it.
constexpr double kTickTolerance = 1e-9;

// The decimal number digits · 10^exponent: exact, as no binary number is.
struct Decimal {
  long long digits;
  int exponent;
};

double value_of(const Decimal& d) { return parse_number(format("%llde%d", d.digits, d.exponent)).value_or(HUGE_VAL); }

// 25 · 10^-8 is "2.5e-7".
std::string scientific_label(Decimal d) {
  if (d.digits == 0) return "0";
  while (d.digits % 10 == 0) {
    d.digits /= 10;
    ++d.exponent;
  }
  std::string text = std::to_string(std::abs(d.digits));
  const int exponent = d.exponent + static_cast<int>(text.size()) - 1;
  if (text.size() > 1) text.insert(1, ".");
  return (d.digits < 0 ? "-" : "") + text + "e" + std::to_string(exponent);
}

// With as many decimals as the exponent asks for: 30 · 10^-2 is "0.30".
std::string plain_label(const Decimal& d) { return format("%.*f", std::max(-d.exponent, 0), value_of(d)); }

// --- Linear -----------------------------------------------------------------------------------------------------------

// The multiples first · step, (first + 1) · step, …, last · step.
struct Multiples {
  Decimal step;
  long long first, last;
};

Multiples multiples_in(double low, double high, const Decimal& step) {
  const double size = value_of(step);
  return {step, std::llround(std::ceil(low / size - kTickTolerance)),
          std::llround(std::floor(high / size + kTickTolerance))};
}

Multiples closest_multiples(double low, double high, std::size_t most) {
  const auto limit = static_cast<long long>(std::max<std::size_t>(most, 3));
  // With this power of ten as the step there are more than `most`, or nearly so.
  int exponent = static_cast<int>(std::floor(std::log10((high - low) / static_cast<double>(limit)))) - 1;
  for (;; ++exponent) {
    for (const long long digit : {1, 2, 5}) {
      const Multiples multiples = multiples_in(low, high, {digit, exponent});
      if (multiples.last - multiples.first + 1 <= limit) return multiples;
    }
  }
}

// --- Logarithmic ------------------------------------------------------------------------------------------------------

bool is_within(double value, double low, double high) {
  return value >= low * (1 - kTickTolerance) && value <= high * (1 + kTickTolerance);
}

// 1, 2, … 9 times each power of ten, in the range, in order.
std::vector<Decimal> ones_to_nines(double low, double high) {
  std::vector<Decimal> all;
  const int first = static_cast<int>(std::floor(std::log10(low))) - 1;
  const int last = static_cast<int>(std::floor(std::log10(high))) + 1;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (long long digit = 1; digit <= 9; ++digit) {
      const Decimal d = {digit, exponent};
      if (is_within(value_of(d), low, high)) all.push_back(d);
    }
  }
  return all;
}

bool is_power_of_ten(const Decimal& d) { return d.digits == 1; }
bool is_one_two_or_five(const Decimal& d) { return d.digits == 1 || d.digits == 2 || d.digits == 5; }

std::string log_label(const Decimal& d) {
  const bool readable = d.exponent >= -4 && d.exponent <= 4;
  return readable ? plain_label(d) : scientific_label(d);
}

// How many decades lie between labels, so that at most `most` of those in the range have one.
int decades_apart(const std::vector<Decimal>& all, std::size_t most) {
  for (int apart = 1;; ++apart) {
    const auto is_labelled = [apart](const Decimal& d) { return is_power_of_ten(d) && d.exponent % apart == 0; };
    const auto count = std::count_if(all.begin(), all.end(), is_labelled);
    if (count <= static_cast<std::ptrdiff_t>(std::max<std::size_t>(most, 3))) return apart;
  }
}

// Minor ticks are the multiples where each decade has a label, else the decades without one, unless those are many.
std::vector<Tick> ticks_of_decades(const std::vector<Decimal>& all, std::size_t most) {
  constexpr int kMostApart = 5;
  const int apart = decades_apart(all, most);
  std::vector<Tick> ticks;
  for (const Decimal& d : all) {
    if (is_power_of_ten(d) && d.exponent % apart == 0) {
      ticks.push_back({value_of(d), log_label(d)});
    } else if (is_power_of_ten(d) ? apart <= kMostApart : apart == 1) {
      ticks.push_back({value_of(d), ""});
    }
  }
  return ticks;
}

}  // namespace

std::vector<Tick> linear_ticks(double low, double high, std::size_t most) {
  const Multiples multiples = closest_multiples(low, high, most);
  const double greatest = std::max(std::abs(low), std::abs(high));
  const bool readable = multiples.step.exponent >= -4 && greatest < 1e6;
  std::vector<Tick> ticks;
  for (long long n = multiples.first; n <= multiples.last; ++n) {
    const Decimal d = {n * multiples.step.digits, multiples.step.exponent};
    ticks.push_back({value_of(d), readable ? plain_label(d) : scientific_label(d)});
  }
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high, std::size_t most) {
  const std::vector<Decimal> all = ones_to_nines(low, high);
  const auto decades = std::count_if(all.begin(), all.end(), is_power_of_ten);
  const auto ones_twos_fives = std::count_if(all.begin(), all.end(), is_one_two_or_five);
  if (decades >= 3) return ticks_of_decades(all, most);
  if (ones_twos_fives < 3) return linear_ticks(low, high, most);
  if (ones_twos_fives > static_cast<std::ptrdiff_t>(std::max<std::size_t>(most, 3))) return ticks_of_decades(all, most);
  std::vector<Tick> ticks;
  for (const Decimal& d : all) ticks.push_back({value_of(d), is_one_two_or_five(d) ? log_label(d) : ""});
  return ticks;
}

}  // namespace bnlab
