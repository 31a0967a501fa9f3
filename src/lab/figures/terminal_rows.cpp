#include "bnlab/lab/figures/terminal_rows.hpp"

#include <algorithm>

#include "bnlab/core/shown.hpp"
#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/canvas.hpp"
#include "bnlab/lab/figures/scale.hpp"
#include "bnlab/lab/figures/terminal_axis.hpp"

namespace bnlab {
namespace {

// The mean as a number, with four digits.
std::string mean_text(const Mark& mark) { return format("%#.4g", mark.y); }

// Draws the marks of one panel, each in a row of its own.
class CategoryRows {
 public:
  CategoryRows(const Panel& panel, std::size_t columns, bool colour)
      : panel_(panel), scale_(*y_scale(panel)), colour_(colour) {
    name_width_ = std::min(longest_name(), columns / 3);
    number_width_ = longest_number() + 2;
    width_ = columns - name_width_ - number_width_ - kEdges;
  }

  std::string text() const {
    std::string text;
    for (std::size_t category = 0; category < panel_.x.names.size(); ++category) {
      if (several()) text += "  " + shown(panel_.x.names[category], name_width_ + width_) + "\n";
      for (std::size_t k = 0; k < panel_.series.size(); ++k) text += rows_of(category, k);
    }
    return text + axis_below(scale_, name_width_ + kEdges, width_);
  }

 private:
  static constexpr std::size_t kEdges = 4;  // two spaces, one before the axis, the axis

  bool several() const { return panel_.series.size() > 1; }
  std::string name_of_row(std::size_t category, std::size_t k) const {
    return several() ? "  " + panel_.series[k].name : panel_.x.names[category];
  }
  std::size_t longest_name() const {
    std::size_t longest = 1;
    for (std::size_t category = 0; category < panel_.x.names.size(); ++category) {
      for (std::size_t k = 0; k < panel_.series.size(); ++k) {
        longest = std::max(longest, character_count(name_of_row(category, k)));
      }
    }
    return longest;
  }

  std::size_t longest_number() const {
    std::size_t longest = 0;
    for (const Series& series : panel_.series) {
      for (const Mark& mark : series.marks) longest = std::max(longest, mean_text(mark).size());
    }
    return longest;
  }

  // Usually one row.
  std::string rows_of(std::size_t category, std::size_t k) const {
    std::string text;
    for (const Mark& mark : panel_.series[k].marks) {
      const bool is_here = has_place(panel_.x, mark.x) && std::lround(mark.x) == static_cast<long>(category);
      if (is_here) text += row_of(mark, shown(name_of_row(category, k), name_width_), k);
    }
    return text;
  }

  std::string row_of(const Mark& mark, const std::string& name, std::size_t k) const {
    Canvas canvas(width_, 1);
    if (is_drawn(panel_, mark)) draw(mark, k, canvas);
    if (is_beyond(panel_, mark)) put(canvas, mark.y, mark.y > 0 ? '>' : '<', k);
    return "  " + padded(name, name_width_) + " |" + canvas.full_line(0) + padded_left(mean_text(mark), number_width_) +
           "\n";
  }

  void draw(const Mark& mark, std::size_t k, Canvas& canvas) const {
    const bool has_interval = !std::isnan(mark.low) && !std::isnan(mark.high);
    if (has_interval) {
      for (std::size_t c = column_of(mark.low); c <= column_of(mark.high); ++c) {
        canvas.put_over(c, 0, coloured('-', terminal_colour(k, colour_)));
      }
      put(canvas, mark.low, '|', k);
      put(canvas, mark.high, '|', k);
    }
    put(canvas, mark.y, 'o', k);
    for (const double value : mark.each) {
      if (has_place(panel_.y, value))
        canvas.put_behind(column_of(value), 0, coloured('.', terminal_colour(k, colour_)));
    }
  }

  void put(Canvas& canvas, double value, char character, std::size_t k) const {
    canvas.put_over(column_of(value), 0, coloured(character, terminal_colour(k, colour_)));
  }
  std::size_t column_of(double value) const { return nearest_cell(scale_.part(value), width_); }

  const Panel& panel_;
  Scale scale_;
  bool colour_;
  std::size_t name_width_ = 0, number_width_ = 0, width_ = 0;
};

}  // namespace

std::string rows_of_categories(const Panel& panel, std::size_t columns, bool colour) {
  return CategoryRows(panel, columns, colour).text();
}

}  // namespace bnlab
