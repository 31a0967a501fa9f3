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

// Reads the numbers of a file one after the other. White space and comments (# to the end of the line) separate them.
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

  // The next number in decimal digits. `what` names it in an error.
  std::size_t number(const char* what, std::size_t least, std::size_t most) {
    skip_space_and_comments();
    const std::size_t begin = position_;
    std::size_t value = 0;
    while (remaining() > 0 && is_digit(text_[position_]) && value <= most) {
      value = value * 10 + static_cast<std::size_t>(text_[position_] - '0');
      ++position_;
    }
    if (position_ == begin || value < least || value > most) {
      const std::size_t length = text_.find_first_of(" \t\r\n", begin + 1) - begin;
      const std::string word = shown(text_.substr(begin, length), 20);
      fail("%s: expected %s from %zu to %zu at byte %zu, found %s", path_.c_str(), what, least, most, begin,
           word.empty() ? "the end of the file" : format("'%s'", word.c_str()).c_str());
    }
    return value;
  }

  // The single byte between the header and binary pixels.
  void white_space() {
    if (!is_space(text_[position_])) fail("%s: expected white space before the pixels, found none", path_.c_str());
    ++position_;
  }

  // The next pixel: in digits, in one byte, or, if maxval is above 255, in two bytes, big-endian.
  std::size_t pixel(std::size_t maxval) {
    if (!binary()) return number("a pixel", 0, maxval);
    std::size_t value = next_byte();
    if (maxval > 255) value = value << 8 | next_byte();
    if (value > maxval) fail("%s: expected pixels from 0 to %zu, found %zu", path_.c_str(), maxval, value);
    return value;
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void skip_space_and_comments() {
    while (remaining() > 0 && (is_space(text_[position_]) || text_[position_] == '#')) {
      if (text_[position_] == '#') position_ = std::min(text_.find('\n', position_), text_.size() - 1);
      ++position_;
    }
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

// The least number of bytes that `count` pixels take, with the white space before them. Pixels in digits have at least
// one digit each and a separator between them.
std::size_t least_bytes(const PnmReader& reader, std::size_t count, std::size_t maxval) {
  if (!reader.binary()) return 1 + 2 * count - 1;
  return 1 + (maxval > 255 ? 2 * count : count);
}

}  // namespace

Picture read_pnm(const std::string& path) {
  PnmReader reader(path);
  Picture picture;
  picture.channels = reader.colour() ? 3 : 1;
  picture.width = reader.number("a width", 1, kMaxSide);
  picture.height = reader.number("a height", 1, kMaxSide);
  const std::size_t maxval = reader.number("a largest value", 1, 65535);
  const std::size_t area = picture.width * picture.height;
  const std::size_t count = area * picture.channels;
  // The size is checked before memory for the pixels is allocated.
  const std::size_t least = least_bytes(reader, count, maxval);
  const std::size_t found = reader.remaining();
  if (found < least || (reader.binary() && found > least)) {
    fail("%s: expected %s%zu bytes for %zu x %zu pixels after the header, found %zu: the file is %s", path.c_str(),
         reader.binary() ? "" : "at least ", least - 1, picture.width, picture.height, found - (found > 0),
         found < least ? "cut short" : "too long");
  }
  if (reader.binary()) reader.white_space();
  picture.pixels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    // The file has the channels of a pixel side by side; a picture has one channel after the other.
    const std::size_t pixel = i / picture.channels;
    const std::size_t channel = i % picture.channels;
    const std::size_t rounded = (reader.pixel(maxval) * 255 + maxval / 2) / maxval;
    picture.pixels[channel * area + pixel] = static_cast<std::uint8_t>(rounded);
  }
  return picture;
}

}  // namespace bnlab
