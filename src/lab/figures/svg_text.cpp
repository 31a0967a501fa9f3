#include "bnlab/lab/figures/svg_text.hpp"

#include <cmath>

#include "bnlab/core/shown.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kLongestSvgText = 2000;
constexpr std::string_view kSvgEllipsis = "…";

std::string xml_character(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return std::string(1, c);
  }
}

// The last two places of Unicode's first plane are no characters to XML.
bool is_no_xml_character(std::string_view rest) {
  return rest.starts_with("\xef\xbf\xbe") || rest.starts_with("\xef\xbf\xbf");
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Widths as parts of the font's size, as those of Arial, Helvetica and DejaVu Sans are, or nearly.
double width_of_letter(char first_byte) {
  constexpr std::string_view kNarrow = "iljtfrI.,:;'|!()[]/ -";
  constexpr std::string_view kWide = "mwMW@%";
  const auto byte = static_cast<unsigned char>(first_byte);
  if (byte >= 0xe3) return 1.05;  // Chinese, Japanese, Korean; pictures
  if (byte >= 0x80) return 0.65;
  if (kNarrow.find(first_byte) != std::string_view::npos) return 0.36;
  if (kWide.find(first_byte) != std::string_view::npos) return 0.95;
  return byte >= 'A' && byte <= 'Z' ? 0.7 : 0.6;
}

// The text, or as much of its beginning as leaves room for "…".
std::string cut_to_width(std::string text, double width, double font_size) {
  if (text_width(text, font_size) <= width) return text;
  while (!text.empty() && text_width(text + std::string(kSvgEllipsis), font_size) > width) {
    while (continues_a_character(text.back())) text.pop_back();
    text.pop_back();
  }
  return text + std::string(kSvgEllipsis);
}

}  // namespace

std::string xml_text(std::string_view text) {
  const std::string clean = shown(text, kLongestSvgText);
  std::string result;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (is_no_xml_character(std::string_view(clean).substr(i))) {
      result += '?';
      i += 2;
    } else {
      result += xml_character(clean[i]);
    }
  }
  return result;
}

std::string coordinate(double value) {
  std::string text = format("%.2f", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

double text_width(std::string_view text, double font_size) {
  double width = 0;
  for (const char c : text) {
    if (!continues_a_character(c)) width += width_of_letter(c);
  }
  return width * font_size;
}

std::vector<std::string> lines_within(const std::string& text, double width, double font_size, std::size_t most_lines) {
  std::vector<std::string> lines;
  for (const std::string& word : split_text(shown(text, kLongestSvgText), ' ')) {
    const bool fits = !lines.empty() && text_width(lines.back() + " " + word, font_size) <= width;
    if (fits || (!lines.empty() && lines.size() == most_lines)) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  for (std::string& line : lines) line = cut_to_width(line, width, font_size);
  return lines;
}

std::string tick_markup(const std::string& label) {
  const std::size_t at = label.find('e');
  if (at == std::string::npos) return xml_text(label);
  const std::string digits = label.substr(0, at);
  const std::string factor = digits == "1" ? "" : digits == "-1" ? "-" : digits + "·";
  return factor + "10<tspan class=\"power\" dy=\"-5\">" + label.substr(at + 1) + "</tspan>";
}

std::string text_element(double x, double y, const std::string& css_class, const std::string& markup) {
  return "<text class=\"" + css_class + "\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\">" + markup +
         "</text>\n";
}

std::string line_element(double x1, double y1, double x2, double y2, const std::string& css_class) {
  return "<line class=\"" + css_class + "\" x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) + "\" x2=\"" +
         coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>\n";
}

}  // namespace bnlab
