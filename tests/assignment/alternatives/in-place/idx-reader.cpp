#include <algorithm>

IdxArray array;
array.shape.assign(axes, 0);
for (std::size_t& length : array.shape) {
  for (int byte = 0; byte < 4; ++byte) {
    length *= 256;
    length += file.read(1).front();
  }
}
std::size_t expected = 1;
const std::size_t most = std::size_t{1} << 62;  // no file is as large
for (const std::size_t length : array.shape) {
  expected = length > 0 && expected > most / length ? most : expected * length;
}
if (std::count(array.shape.begin(), array.shape.end(), std::size_t{0}) > 0) expected = 0;
const std::size_t found = file.size() - header;
if (found < expected) {
  fail("%s: cut short: %zu bytes after the header, which announces %s", path.c_str(), found,
       joined(array.shape, " x ").c_str());
}
if (found > expected) {
  fail("%s: too long: %zu bytes after the header, which announces %s", path.c_str(), found,
       joined(array.shape, " x ").c_str());
}
array.values = file.read(expected);
return array;
