IdxArray array;
// the lengths
for (std::size_t axis = 0; axis < axes; ++axis) {
  const Bytes b = file.read(4);
  const std::size_t length = std::size_t{b[0]} * 16777216 + std::size_t{b[1]} * 65536 + std::size_t{b[2]} * 256 + b[3];
  array.shape.push_back(length);
}
// how many elements they announce
std::size_t count = 1;
bool too_many = false;
for (const std::size_t length : array.shape) {
  if (length != 0 && count > SIZE_MAX / length) {
    too_many = true;
    break;
  }
  count *= length;
}
// but none if any of them is 0
for (const std::size_t length : array.shape) {
  if (length == 0) {
    too_many = false;
    count = 0;
  }
}
// the check
const std::size_t found = file.size() - header;
const std::string announced = joined(array.shape, " x ");
if (too_many) {
  fail(
      "%s: expected more bytes than can be counted after the header, which announces %s, found %zu: the file is cut "
      "short",
      path.c_str(), announced.c_str(), found);
}
if (found < count) {
  fail("%s: expected %zu bytes after the header, which announces %s, found %zu: the file is cut short", path.c_str(),
       count, announced.c_str(), found);
}
if (found > count) {
  fail("%s: expected %zu bytes after the header, which announces %s, found %zu: the file is too long", path.c_str(),
       count, announced.c_str(), found);
}
// the elements
array.values = file.read(count);
return array;
