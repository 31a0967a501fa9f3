// The product of the lengths is never formed: what was found is divided by one after the other, until 1 is left.
const std::size_t found = file.size() - header;
IdxArray array;
bool none = false, fits = true;
std::size_t left = found;
for (std::size_t axis = 0; axis < axes; ++axis) {
  std::size_t length = 0;
  for (const std::uint8_t byte : file.read(4)) length = (length << 8) + byte;
  array.shape.push_back(length);
  if (length == 0) {
    none = true;
  } else {
    fits = fits && left % length == 0;
    left /= length;
  }
}
if (none ? found != 0 : !fits || left != 1) {
  fail("%s: the header announces %s bytes, but %zu bytes follow it", path.c_str(), joined(array.shape, " x ").c_str(),
       found);
}
array.values = file.read(found);
return array;
