// Text and numbers in an SVG file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bnlab {

// Text between or within tags: control characters and bytes that are no UTF-8 become '?', and <, >, &, " and ' what
// XML writes for them.
std::string xml_text(std::string_view text);

// A length or place in pixels with at most two decimals: "12", "0.5", "-3.25".
std::string coordinate(double value);

// About how many pixels wide the text is. No font is at hand, so this is a guess from the kinds of letters, a little
// too wide for most fonts.
double text_width(std::string_view text, double font_size);

// The text in lines of at most that many pixels, broken at spaces. What is too long for the last line or for its line ends
// in "…". An empty text has no lines.
std::vector<std::string> lines_within(const std::string& text, double width, double font_size, std::size_t most_lines);

// The label of a tick: "2e-5" as 2·10 with a small raised -5, others as they are.
std::string tick_markup(const std::string& label);

// <text> at x and y (of the baseline) with a CSS class; `markup` is text after xml_text or tick_markup.
std::string text_element(double x, double y, const std::string& css_class, const std::string& markup);

// <line> from one point to another with a CSS class.
std::string line_element(double x1, double y1, double x2, double y2, const std::string& css_class);

}  // namespace bnlab
