const Bytes lengths = file.read(4 * axes);
const std::size_t found = file.size() - header;
IdxArray array;
long double expected = 1;  // its 64 bits are exact for all that a file can hold, and it cannot overflow
for (std::size_t k = 0; k < lengths.size(); k += 4) {
  array.shape.push_back(std::size_t{lengths[k]} << 24 | std::size_t{lengths[k + 1]} << 16 |
                        std::size_t{lengths[k + 2]} << 8 | lengths[k + 3]);
  expected *= static_cast<long double>(array.shape.back());
}
if (expected != static_cast<long double>(found)) {
  fail("%s: expected %.0Lf bytes after the header, which announces %s, found %zu: the file is %s", path.c_str(),
       expected, joined(array.shape, " x ").c_str(), found,
       static_cast<long double>(found) < expected ? "cut short" : "too long");
}
array.values = file.read(found);
return array;
