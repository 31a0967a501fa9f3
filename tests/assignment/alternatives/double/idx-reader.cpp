IdxArray array;
double expected = 1;  // exact as long as it is no more than 2^53, which is more than any file has
for (std::size_t axis = 0; axis < axes; ++axis) {
  const Bytes bytes = file.read(4);
  double length = 0;
  for (std::size_t k = 0; k < 4; ++k) length = length * 256 + bytes[k];
  array.shape.push_back(static_cast<std::size_t>(length));
  expected *= length;
}
const std::size_t found = file.size() - header;
if (static_cast<double>(found) < expected || static_cast<double>(found) > expected) {
  fail("%s: expected %.0f bytes after the header (%s), found %zu: the file is %s", path.c_str(), expected,
       joined(array.shape, " x ").c_str(), found, static_cast<double>(found) < expected ? "cut short" : "too long");
}
array.values = file.read(found);
return array;
