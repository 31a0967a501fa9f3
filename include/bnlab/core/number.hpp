// Numbers read from text, and the shortest text of a number: the same in every locale.
//
// The whole text must be the number: no space before it, nothing after it. (std::from_chars would do it for double,
// too, but libc++ 14 does not have that.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bnlab {

// A finite decimal number: "0.1", "-1e-8". Nothing for other text, "nan", "inf", or a number that is too large.
std::optional<double> parse_number(std::string_view text);

// A whole number >= 0 in decimal digits.
std::optional<std::uint64_t> parse_whole_number(std::string_view text);

// The shortest decimal that is read back as the same number: "0.1", "1e-8".
std::string shortest_decimal(double x);

}  // namespace bnlab
