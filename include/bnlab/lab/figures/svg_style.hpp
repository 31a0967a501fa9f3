// How the figures look: colours on light and on dark pages, dashes, symbols.
//
// A series is told by three things, so that one is enough: colour (for eyes of every kind), dash and symbol (for a page
// printed in black). After 6, 5 and 8 series they begin anew; all three are the same again after 120.
#pragma once

#include <string>

namespace bnlab {

// Sizes of letters in pixels.
inline constexpr double kTextSize = 13;
inline constexpr double kSmallSize = 12;
inline constexpr double kHeadingSize = 17;

// The <style> element. Its rules name the class of the figure's root, so that they do not reach other parts of a page which
// the figure is put into.
std::string style_element();

// The CSS class that gives a series its colour.
std::string colour_class(std::size_t series);

// The attribute of its dashes, with a space before it; empty: a solid line.
std::string dash_attribute(std::size_t series);

// Its symbol around a point.
std::string symbol_element(std::size_t series, double x, double y);

}  // namespace bnlab
