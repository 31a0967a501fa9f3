#include "bnlab/data/pnm.hpp"

#include <algorithm>
#include <utility>

#include "bnlab/data/file.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 30;
constexpr std::size_t kMaxSide = 16384;

// Refuses files of other formats, which their first bytes tell.
void check_magic(const std::string& path, std::string_view text) {
  static constexpr std::pair<const char*, const char*> others[] = {
      {"\x89PNG", "a PNG"}, {"\xff\xd8", "a JPEG"}, {"GIF8", "a GIF"}, {"BM", "a BMP"},
      {"P1", "a PBM"},      {"P4", "a PBM"},        {"P7", "a PAM"}};
  for (const auto& [magic, kind] : others) {
    if (text.starts_with(magic)) {
      fail("%s: expected a PGM or PPM image, found %s; convert it, for example: magick (or convert) %s image.pgm",
           path.c_str(), kind, path.c_str());
    }
  }
  if (text.size() < 3 || text[0] != 'P' || std::string_view("2356").find(text[1]) == std::string_view::npos) {
    fail("%s: expected a PGM or PPM image, which begins with P2, P3, P5 or P6, found %s", path.c_str(),
         text.empty() ? "an empty file" : "something else");
  }
}

constexpr const char* kSpace = " \t\r\n";  // what the formats call white space

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The word that begins at `begin`, for an error: "'two'", or "the end of the file".
std::string quoted_word(std::string_view text, std::size_t begin) {
  if (begin >= text.size()) return "the end of the file";
  const std::size_t end = std::min(text.find_first_of(kSpace, begin + 1), text.size());
  return "'" + shown(text.substr(begin, end - begin), 20) + "'";
}

// Reads a file from its magic number on: the header's numbers, then the pixels.
//
// In the header, a comment is whatever stands from a '#' through the next CR or LF. It counts as nothing at all, not as
// white space: 2#5 <LF> 8 is 28. Among the pixels there are no comments.
class PnmReader {
 public:
  explicit PnmReader(const std::string& path) : path_(path) {
    InputFile file(path);
    if (file.size() > kMaxFileBytes) fail("%s: expected at most %zu bytes for an image", path.c_str(), kMaxFileBytes);
    bytes_ = file.read(file.size());
    text_ = text_of(bytes_);
    check_magic(path, text_);
  }

  bool colour() const { return text_[1] == '3' || text_[1] == '6'; }
  bool binary() const { return text_[1] >= '5'; }
  std::size_t remaining() const { return text_.size() - position_; }
  bool next_is(char c) const { return remaining() > 0 && text_[position_] == c; }
  const std::string& path() const { return path_; }

  // The next number of the header. `what` names it in an error.
  std::size_t header_number(const char* what, std::size_t least, std::size_t most) {
    skip_header_space(what);
    const std::size_t begin = position_;
    std::size_t value = 0;
    while (remaining() > 0 && is_digit(text_[position_]) && value <= most) {
      value = 10 * value + digit();
      skip_comments();
    }
    check_number(what, value, begin, least, most);
    return value;
  }

  // The single byte between the header and the pixels, if the file does not end here.
  void white_space() {
    if (remaining() == 0) return;
    expect_space("the pixels");
    ++position_;
  }

  // With the line ends of DOS there are two such bytes, and the file is longer by one.
  bool has_second_line_end() const { return text_[position_ - 1] == '\r' && next_is('\n'); }

  // The next pixel: in digits, in one byte, or, if maxval is above 255, in two bytes, big-endian.
  std::size_t pixel(std::size_t maxval) {
    if (!binary()) return pixel_in_digits(maxval);
    std::size_t value = next_byte();
    if (maxval > 255) value = value << 8 | next_byte();
    if (value > maxval) fail("%s: expected pixels from 0 to %zu, found %zu", path_.c_str(), maxval, value);
    return value;
  }

  void skip_byte() { ++position_; }

  // After the last pixel there is nothing but white space.
  void expect_end(std::size_t pixels) {
    skip_space();
    if (remaining() == 0) return;
    fail("%s: expected nothing after the last of %zu pixel values, at byte %zu, found %s", path_.c_str(), pixels,
         position_, quoted_word(text_, position_).c_str());
  }

 private:
  void skip_comments() {
    while (next_is('#')) {
      const std::size_t end = text_.find_first_of("\r\n", position_);
      position_ = end == std::string_view::npos ? text_.size() : end + 1;
    }
  }

  void expect_space(const char* before) {
    if (remaining() == 0 || is_space(text_[position_])) return;
    fail("%s: expected white space before %s at byte %zu (the line end of a comment does not count), found %s",
         path_.c_str(), before, position_, quoted_word(text_, position_).c_str());
  }

  void skip_header_space(const char* before) {
    skip_comments();
    expect_space(before);
    while (remaining() > 0 && is_space(text_[position_])) {
      ++position_;
      skip_comments();
    }
  }

  void skip_space() {
    while (remaining() > 0 && is_space(text_[position_])) ++position_;
  }

  std::size_t digit() {
    const char c = text_[position_];
    ++position_;
    return static_cast<std::size_t>(c - '0');
  }

  std::size_t pixel_in_digits(std::size_t maxval) {
    skip_space();
    const std::size_t begin = position_;
    std::size_t value = 0;
    while (remaining() > 0 && is_digit(text_[position_]) && value <= maxval) value = 10 * value + digit();
    const bool ends = remaining() == 0 || is_space(text_[position_]);
    check_number("a pixel", ends ? value : SIZE_MAX, begin, 0, maxval);
    return value;
  }

  // The digits from `begin` to here must be a number in that range.
  void check_number(const char* what, std::size_t value, std::size_t begin, std::size_t least, std::size_t most) {
    if (position_ > begin && value >= least && value <= most) return;
    fail("%s: expected %s from %zu to %zu at byte %zu, found %s", path_.c_str(), what, least, most, begin,
         quoted_word(text_, begin).c_str());
  }

  std::uint8_t next_byte() {
    const std::uint8_t byte = bytes_[position_];
    ++position_;
    return byte;
  }

  const std::string path_;
  Bytes bytes_;
  std::string_view text_;
  std::size_t position_ = 2;
};

// Compares the length of the file with the number of pixels, before memory for them is allocated. Pixels in bytes must
// fill the file; pixels in digits have at least one digit each and a separator between them.
void check_length(PnmReader& reader, const Picture& picture, std::size_t count, std::size_t maxval) {
  const std::size_t least = reader.binary() ? count * (maxval > 255 ? 2 : 1) : 2 * count - 1;
  if (reader.binary() && reader.remaining() == least + 1 && reader.has_second_line_end()) reader.skip_byte();
  const std::size_t found = reader.remaining();
  if (found >= least && (!reader.binary() || found == least)) return;
  fail("%s: expected %s%zu bytes for %zu x %zu pixels after the header, found %zu: the file is %s%s",
       reader.path().c_str(), reader.binary() ? "" : "at least ", least, picture.width, picture.height, found,
       found < least ? "cut short" : "too long",
       reader.next_is('#') ? "; a comment there must come before the white space after the largest value" : "");
}

}  // namespace

Picture read_pnm(const std::string& path) {
  PnmReader reader(path);
  Picture picture;
  picture.channels = reader.colour() ? 3 : 1;
  picture.width = reader.header_number("a width", 1, kMaxSide);
  picture.height = reader.header_number("a height", 1, kMaxSide);
  const std::size_t maxval = reader.header_number("a largest value", 1, 65535);
  reader.white_space();
  const std::size_t area = picture.width * picture.height;
  const std::size_t count = area * picture.channels;
  check_length(reader, picture, count, maxval);
  picture.pixels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    // The file has the channels of a pixel side by side; a picture has one channel after the other.
    const std::size_t pixel = i / picture.channels;
    const std::size_t channel = i % picture.channels;
    const std::size_t rounded = (reader.pixel(maxval) * 255 + maxval / 2) / maxval;
    picture.pixels[channel * area + pixel] = static_cast<std::uint8_t>(rounded);
  }
  reader.expect_end(count);
  return picture;
}

}  // namespace bnlab
