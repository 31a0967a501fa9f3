#include "bnlab/core/number.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "bnlab/core/c_locale.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {

std::optional<double> parse_number(std::string_view text) {
  // strtod also takes white space before the number, hexadecimal digits, "inf" and "nan".
  constexpr std::string_view kOfDecimals = "0123456789+-.eE";
  if (text.empty() || text.find_first_not_of(kOfDecimals) != std::string_view::npos) return {};
  const std::string terminated(text);
  const CLocale guard;
  char* end = nullptr;
  const double number = std::strtod(terminated.c_str(), &end);
  const bool whole = end == terminated.c_str() + terminated.size();
  if (!whole || !std::isfinite(number)) return {};
  return number;
}

std::optional<std::uint64_t> parse_whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stopped != end) return {};
  return number;
}

std::string shortest_decimal(double x) {
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = format("%.*g", digits, x);
    if (parse_number(text) == x) break;
  }
  // "1e-08" -> "1e-8"
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) return text;
  const std::size_t first = exponent + 2;
  return text.erase(first, text.find_first_not_of('0', first) - first);
}

}  // namespace bnlab
