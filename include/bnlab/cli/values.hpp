// The types that the value of an option can have: how it is read from text, checked, and printed.
#pragma once

#include <functional>

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/text.hpp"
#include "bnlab/core/number.hpp"

namespace bnlab {

// A text that is no value of the type.
struct BadValue {
  std::string expected;  // "a whole number >= 1"
  std::string found;
};

// One member of Settings. The whole text must be a value of its type, in its range.
struct Value {
  std::function<void(Settings& settings, const std::string& text)> read;  // throws BadValue
  std::function<std::string(const Settings& settings)> print;             // read() takes it back, to the last bit
  std::function<void(const Settings& from, Settings& to)> copy;
};

// Where a value is kept: a path of members from Settings on, at(&Settings::training, &TrainSettings::epochs).
template <class A>
auto at(A a) {
  return [=](auto& settings) -> auto& { return settings.*a; };
}
template <class A, class B>
auto at(A a, B b) {
  return [=](auto& settings) -> auto& { return settings.*a.*b; };
}
template <class A, class B, class C>
auto at(A a, B b, C c) {
  return [=](auto& settings) -> auto& { return settings.*a.*b.*c; };
}

struct WholeRange {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
  const char* zero = "";  // a word for 0, which may be outside the range: "all"
};

struct Range {
  const char* text;  // "a number > 0"
  bool (*contains)(double x);
};
inline constexpr Range kPositive = {"a number > 0", [](double x) { return x > 0; }};
inline constexpr Range kNotNegative = {"a number >= 0", [](double x) { return x >= 0; }};
inline constexpr Range kBelowOne = {"a number in [0, 1)", [](double x) { return x >= 0 && x < 1; }};
inline constexpr Range kFraction = {"a fraction in [0, 1)", kBelowOne.contains};
inline constexpr Range kProbability = {"a probability in [0, 1)", kBelowOne.contains};
inline constexpr Range kWeight = {"a number in (0, 1]", [](double x) { return x > 0 && x <= 1; }};

// --- Text to value, and back -----------------------------------------------------------------------------------------

std::uint64_t read_whole_number(const std::string& text, const WholeRange& range);
double read_number(const std::string& text, const Range& range);
std::string read_choice(const std::string& text, const std::string& choices);  // "auto|none"
bool read_on_off(const std::string& text);
std::vector<std::size_t> read_widths(const std::string& text);     // "100,50"; "none"
std::vector<std::string> read_norm_pair(const std::string& text);  // "none,batch"
std::string print_whole_number(std::uint64_t number, const WholeRange& range);
std::string print_widths(const std::vector<std::size_t>& widths);

// --- Values of these types, kept in a place --------------------------------------------------------------------------

// `read` makes the value from text, `print` the text from the value.
template <class Place, class Read, class Print>
Value make_value(Place place, Read read, Print print) {
  return {.read = [=](Settings& settings, const std::string& text) { place(settings) = read(text); },
          .print = [=](const Settings& settings) { return print(place(settings)); },
          .copy = [=](const Settings& from, Settings& to) { place(to) = place(from); }};
}

template <class Place>
Value whole_number(Place place, const WholeRange& range) {
  return make_value(
      place, [=](const std::string& text) { return read_whole_number(text, range); },
      [=](std::uint64_t number) { return print_whole_number(number, range); });
}

template <class Place>
Value number(Place place, const Range& range) {
  return make_value(
      place, [=](const std::string& text) { return read_number(text, range); }, shortest_decimal);
}

// A number whose default depends on other settings: `effective` is what it comes to.
template <class Place>
Value number(Place place, const Range& range, double (Settings::*effective)() const) {
  Value value;
  value.read = [=](Settings& settings, const std::string& text) { place(settings) = read_number(text, range); };
  value.print = [=](const Settings& settings) { return shortest_decimal((settings.*effective)()); };
  value.copy = [=](const Settings& from, Settings& to) { place(to) = (from.*effective)(); };
  return value;
}

// Any text, such as a file's name.
template <class Place>
Value any_text(Place place) {
  const auto same = [](const std::string& text) { return text; };
  return make_value(place, same, same);
}

template <class Place>
Value choice(Place place, const std::string& choices) {
  return make_value(
      place, [=](const std::string& text) { return read_choice(text, choices); },
      [](const std::string& text) { return text; });
}

template <class Place>
Value on_off(Place place) {
  return make_value(place, read_on_off, [](bool on) { return std::string(on ? "on" : "off"); });
}

template <class Place>
Value widths(Place place) {
  return make_value(place, read_widths, print_widths);
}

template <class Place>
Value norm_pair(Place place) {
  return make_value(place, read_norm_pair,
                    [](const std::vector<std::string>& names) { return names[0] + "," + names[1]; });
}

}  // namespace bnlab
