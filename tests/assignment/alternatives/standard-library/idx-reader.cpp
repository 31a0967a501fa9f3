#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>

IdxArray array;
std::generate_n(std::back_inserter(array.shape), axes, [&] {
  const Bytes bytes = file.read(4);
  return std::accumulate(bytes.begin(), bytes.end(), std::size_t{0},
                         [](std::size_t length, std::uint8_t byte) { return 256 * length + byte; });
});
const std::size_t found = file.size() - header;
const bool none = std::ranges::count(array.shape, std::size_t{0}) > 0;
const std::size_t expected = std::accumulate(
    array.shape.begin(), array.shape.end(), std::size_t{none ? 0u : 1u}, [](std::size_t count, std::size_t length) {
      return length > 0 && count > SIZE_MAX / length ? SIZE_MAX : count * length;
    });
if (found != expected) {
  const std::string announced = joined(array.shape, " x ");
  fail("%s: expected %zu bytes after the header, which announces %s, found %zu: the file is %s", path.c_str(), expected,
       announced.c_str(), found, found < expected ? "cut short" : "too long");
}
std::ifstream stream(path, std::ios::binary);
const Bytes everything((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
if (everything.size() != file.size()) fail("%s: expected a file that does not change while it is read", path.c_str());
array.values.assign(everything.begin() + static_cast<std::ptrdiff_t>(header), everything.end());
return array;
