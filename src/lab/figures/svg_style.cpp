#include "bnlab/lab/figures/svg_style.hpp"

#include <array>

#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

// After Okabe and Ito, whose colours differ for eyes without red, green or blue cones; on white they are darker, so that
// each has a contrast of 3 : 1 and more to the page (WCAG 2, 1.4.11). Names are written in the text's colour.
struct ColourPair {
  const char* on_light;
  const char* on_dark;
};
constexpr std::array<ColourPair, 6> kColours = {{{"#0065a8", "#4aa3df"},    // blue
                                                 {"#d55e00", "#e8702a"},    // vermilion
                                                 {"#009e73", "#35d6a6"},    // green
                                                 {"#c66fa0", "#d77fb4"},    // purple
                                                 {"#222222", "#f2f2f2"},    // black, white
                                                 {"#7a4a00", "#f0e442"}}};  // brown, yellow

constexpr std::array<const char*, 5> kDashes = {"", "8 4", "2 3", "9 3 2 3", "14 4"};

constexpr const char* kRules = R"(
.bnlab-figure{font:13px "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;fill:#1b1b1b;max-width:100%;height:auto}
.bnlab-figure .paper{fill:#fff}
.bnlab-figure .heading{font-size:17px;font-weight:600}
.bnlab-figure .title{font-weight:600}
.bnlab-figure .soft,.bnlab-figure .tick{fill:#555}
.bnlab-figure .tick,.bnlab-figure .note{font-size:12px}
.bnlab-figure .note{fill:#555;font-style:italic}
.bnlab-figure .power{font-size:9px}
.bnlab-figure .middle{text-anchor:middle}
.bnlab-figure .end{text-anchor:end}
.bnlab-figure .grid{stroke:#e4e4e4;stroke-width:1}
.bnlab-figure .axis{stroke:#767676;stroke-width:1}
.bnlab-figure .line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.bnlab-figure .bar{fill:none;stroke:currentColor;stroke-width:1.5}
.bnlab-figure .band{fill:currentColor;opacity:.17}
.bnlab-figure .seed{fill:currentColor;opacity:.5}
.bnlab-figure .leader{stroke:currentColor;stroke-width:.75;opacity:.7}
.bnlab-figure .solid{fill:currentColor;stroke:#fff;stroke-width:1}
.bnlab-figure .hollow{fill:#fff;stroke:currentColor;stroke-width:1.75}
.bnlab-figure .strokes{fill:none;stroke:currentColor;stroke-width:2}
)";

constexpr const char* kDarkRules = R"(@media (prefers-color-scheme:dark){
.bnlab-figure{fill:#ececec}
.bnlab-figure .paper{fill:#14171c}
.bnlab-figure .soft,.bnlab-figure .tick,.bnlab-figure .note{fill:#b4b8bf}
.bnlab-figure .grid{stroke:#2c3139}
.bnlab-figure .axis{stroke:#8a9099}
.bnlab-figure .solid{stroke:#14171c}
.bnlab-figure .hollow{fill:#14171c}
)";

std::string colour_rules(bool dark) {
  std::string rules;
  for (std::size_t k = 0; k < kColours.size(); ++k) {
    const std::string colour = dark ? kColours[k].on_dark : kColours[k].on_light;
    rules += ".bnlab-figure ." + colour_class(k) + "{color:" + colour + "}\n";
  }
  return rules;
}

std::string circle(const char* css_class, double x, double y, double radius) {
  return std::string("<circle class=\"") + css_class + "\" cx=\"" + coordinate(x) + "\" cy=\"" + coordinate(y) +
         "\" r=\"" + coordinate(radius) + "\"/>\n";
}

// A path that begins at x and y; its further steps are relative to that.
std::string path_from(const char* css_class, double x, double y, const char* steps) {
  return std::string("<path class=\"") + css_class + "\" d=\"M" + coordinate(x) + " " + coordinate(y) + steps +
         "\"/>\n";
}

}  // namespace

std::string style_element() {
  return std::string("<style>") + kRules + colour_rules(false) + kDarkRules + colour_rules(true) + "}\n</style>\n";
}

std::string colour_class(std::size_t series) { return "c" + std::to_string(series % kColours.size()); }

std::string dash_attribute(std::size_t series) {
  const std::string dashes = kDashes[series % kDashes.size()];
  return dashes.empty() ? "" : " stroke-dasharray=\"" + dashes + "\"";
}

std::string symbol_element(std::size_t series, double x, double y) {
  switch (series % 8) {
    case 0:
      return circle("solid", x, y, 4.5);
    case 1:
      return path_from("solid", x - 4, y - 4, "h8v8h-8z");
    case 2:
      return path_from("solid", x, y - 5.5, "l5 9h-10z");
    case 3:
      return path_from("solid", x, y - 5.5, "l5.5 5.5l-5.5 5.5l-5.5 -5.5z");
    case 4:
      return path_from("solid", x, y + 5.5, "l5 -9h-10z");
    case 5:
      return path_from("strokes", x - 4, y - 4, "l8 8m0 -8l-8 8");
    case 6:
      return circle("hollow", x, y, 3.75);
    default:
      return path_from("hollow", x - 3.5, y - 3.5, "h7v7h-7z");
  }
}

}  // namespace bnlab
