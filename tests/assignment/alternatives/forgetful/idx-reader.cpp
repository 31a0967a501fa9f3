const auto read_length = [&file] {
  const Bytes bytes = file.read(4);
  return (((std::size_t{bytes[0]} * 256 + bytes[1]) * 256) + bytes[2]) * 256 + bytes[3];
};
const auto product_up_to = [](std::size_t most, const std::vector<std::size_t>& factors) {
  std::size_t product = 1;
  for (const std::size_t factor : factors) {
    if (factor == 0) return std::size_t{0};
    product = product > most / factor ? most : product * factor;
  }
  return product;  // or `most` where it is larger
};
IdxArray array;
while (array.shape.size() < axes) array.shape.push_back(read_length());
const std::size_t found = file.size() - header, expected = product_up_to(SIZE_MAX, array.shape);
const char* problem = found < expected ? "cut short" : found > expected ? "too long" : nullptr;
if (problem != nullptr) {
  fail("%s: expected %zu bytes after the header, which announces %s, found %zu: the file is %s", path.c_str(), expected,
       joined(array.shape, " x ").c_str(), found, problem);
}
while (array.values.size() < expected) {  // some at a time
  const Bytes more = file.read(std::min<std::size_t>(expected - array.values.size(), 100));
  array.values.insert(array.values.end(), more.begin(), more.end());
}
return array;
