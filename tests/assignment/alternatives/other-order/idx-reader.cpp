IdxArray array;
const Bytes lengths = file.read(4 * axes);
array.shape.resize(axes);
for (std::size_t axis = axes; axis-- > 0;) {
  std::size_t weight = 1;
  for (std::size_t byte = 4; byte-- > 0;) {
    array.shape[axis] += weight * lengths[4 * axis + byte];
    weight *= 256;
  }
}
const std::size_t found = file.size() - header;
std::size_t expected = 1;
for (std::size_t axis = axes; axis-- > 0;) {
  // No more than one beyond what was found is ever needed to tell that there are too few.
  const std::size_t length = array.shape[axis];
  expected = length == 0 ? 0 : expected > found / length ? found + 1 : expected * length;
}
for (const std::size_t length : array.shape) expected = length == 0 ? 0 : expected;
if (expected > found) {
  fail("%s: expected %s bytes after the header, found %zu: the file is cut short", path.c_str(),
       joined(array.shape, " x ").c_str(), found);
}
if (expected < found) {
  fail("%s: expected %s bytes after the header, found %zu: the file is too long", path.c_str(),
       joined(array.shape, " x ").c_str(), found);
}
array.values = file.read(found);
return array;
