#include "bnlab/lab/figures/canvas.hpp"

#include <cmath>

namespace bnlab {

void Canvas::put(std::size_t column, std::size_t row, const std::string& mark) {
  std::string& cell = cells_[row][column];
  const bool is_free = cell.empty() || cell == mark;
  cell = is_free ? mark : "#";
}

void Canvas::put_behind(std::size_t column, std::size_t row, const std::string& mark) {
  std::string& cell = cells_[row][column];
  if (cell.empty()) cell = mark;
}

void Canvas::put_over(std::size_t column, std::size_t row, const std::string& mark) { cells_[row][column] = mark; }

std::string Canvas::line(std::size_t row) const {
  std::string text = full_line(row);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Canvas::full_line(std::size_t row) const {
  std::string text;
  for (const std::string& cell : cells_[row]) text += cell.empty() ? " " : cell;
  return text;
}

std::string coloured(char character, const std::string& colour) {
  return colour + character + (colour.empty() ? "" : "\x1b[0m");
}

std::size_t nearest_cell(double part, std::size_t count) {
  return static_cast<std::size_t>(std::lround(part * static_cast<double>(count - 1)));
}

}  // namespace bnlab
