// A drawing of characters in rows and columns, the first row on top.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

class Canvas {
 public:
  Canvas(std::size_t width, std::size_t height) : cells_(height, std::vector<std::string>(width)) {}

  std::size_t width() const { return cells_.empty() ? 0 : cells_[0].size(); }
  std::size_t height() const { return cells_.size(); }

  // A mark is one character, perhaps between escape sequences for its colour. Where another mark is, '#' says that they
  // meet.
  void put(std::size_t column, std::size_t row, const std::string& mark);
  // Only where nothing is yet.
  void put_behind(std::size_t column, std::size_t row, const std::string& mark);
  // In place of whatever is there.
  void put_over(std::size_t column, std::size_t row, const std::string& mark);

  // The row's text without spaces at its end, and with them.
  std::string line(std::size_t row) const;
  std::string full_line(std::size_t row) const;

 private:
  std::vector<std::vector<std::string>> cells_;  // [row][column]; empty: a space
};

// The character in a colour of the terminal: its escape sequence, or empty for none.
std::string coloured(char character, const std::string& colour);

// The row or column, 0 to count - 1, that is nearest to that part of the way from the first to the last.
std::size_t nearest_cell(double part, std::size_t count);

}  // namespace bnlab
