#include <algorithm>
#include <string_view>

#include "bnlab/core/error.hpp"
#include "bnlab/data/picture.hpp"

namespace bnlab {
namespace {

// The numbers of a PGM or PPM file, which stand between white space and comments (# to the end of the line).
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    InputFile file(path);
    constexpr std::size_t kLargest = 1 << 30;  // a film given by mistake is not to be read whole
    if (file.size() > kLargest) fail("%s: expected at most %zu bytes for an image", path.c_str(), kLargest);
    bytes_ = file.read(file.size());
    text_ = {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
    for (const auto& [magic, kind] : {std::pair{"\x89PNG", "a PNG"},
                                      {"\xff\xd8", "a JPEG"},
                                      {"GIF8", "a GIF"},
                                      {"BM", "a BMP"},
                                      {"P1", "a PBM"},
                                      {"P4", "a PBM"},
                                      {"P7", "a PAM"}}) {
      if (text_.starts_with(magic)) {
        fail("%s: expected a PGM or PPM image, found %s; convert it, for example: magick (or convert) %s image.pgm",
             path.c_str(), kind, path.c_str());
      }
    }
    if (text_.size() < 3 || text_[0] != 'P' || std::string_view("2356").find(text_[1]) == std::string_view::npos) {
      fail("%s: expected a PGM or PPM image, which begins with P2, P3, P5 or P6, found %s", path.c_str(),
           text_.empty() ? "an empty file" : "something else");
    }
  }

  bool colour() const { return text_[1] == '3' || text_[1] == '6'; }
  bool binary() const { return text_[1] >= '5'; }
  std::size_t left() const { return text_.size() - at_; }
  std::size_t number(const char* what, std::size_t least, std::size_t most) {
    while (left() > 0 && (is_space(text_[at_]) || text_[at_] == '#')) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      ++at_;
    }
    const std::size_t begin = at_;
    std::size_t value = 0;
    for (; left() > 0 && text_[at_] >= '0' && text_[at_] <= '9' && value <= most; ++at_) {
      value = value * 10 + static_cast<std::size_t>(text_[at_] - '0');
    }
    if (at_ == begin || value < least || value > most) {
      const std::size_t end = std::min(text_.find_first_of(" \t\r\n", begin + 1), begin + 20);
      const std::string found = begin == text_.size()
                                    ? "the end of the file"
                                    : format("'%s'", std::string(text_.substr(begin, end - begin)).c_str());
      fail("%s: expected %s from %zu to %zu at byte %zu, found %s", path_.c_str(), what, least, most, begin,
           found.c_str());
    }
    return value;
  }

  // The one byte between the header and pixels that are bytes.
  void white_space() {
    if (!is_space(text_[at_++])) fail("%s: expected white space before the pixels, found none", path_.c_str());
  }

  // In digits, or in one byte, or in two from 256 up.
  std::size_t pixel(std::size_t brightest) {
    if (!binary()) return number("a pixel", 0, brightest);
    std::size_t value = bytes_[at_++];
    if (brightest > 255) value = value << 8 | bytes_[at_++];
    if (value > brightest) fail("%s: expected pixels from 0 to %zu, found %zu", path_.c_str(), brightest, value);
    return value;
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  const std::string path_;
  Bytes bytes_;
  std::string_view text_;
  std::size_t at_ = 2;
};

}  // namespace

Picture read_pnm(const std::string& path) {
  constexpr std::size_t kLongestSide = 16384;
  Reader reader(path);
  Picture picture;
  picture.channels = reader.colour() ? 3 : 1;
  picture.width = reader.number("a width", 1, kLongestSide);
  picture.height = reader.number("a height", 1, kLongestSide);
  const std::size_t brightest = reader.number("a largest value", 1, 65535);
  const std::size_t area = picture.width * picture.height, count = area * picture.channels;
  // White space, then the values, those that are numbers in digits with something between them.
  const std::size_t least = 1 + (!reader.binary() ? 2 * count - 1 : brightest > 255 ? 2 * count : count);
  if (reader.left() < least || (reader.binary() && reader.left() > least)) {
    fail("%s: expected %s%zu bytes for %zu x %zu pixels after the header, found %zu: the file is %s", path.c_str(),
         reader.binary() ? "" : "at least ", least - 1, picture.width, picture.height,
         reader.left() - (reader.left() > 0), reader.left() < least ? "cut short" : "too long");
  }
  if (reader.binary()) reader.white_space();
  picture.pixels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {  // pixel after pixel in the file, channel after channel here
    const std::size_t value = reader.pixel(brightest);
    picture.pixels[i % picture.channels * area + i / picture.channels] =
        static_cast<std::uint8_t>((value * 255 + brightest / 2) / brightest);
  }
  return picture;
}

}  // namespace bnlab
