Tensor result({dy.rows(), dy.cols()});
for (std::size_t n = 0; n < dy.rows(); ++n) {
  const real *g = gamma.row(0), *up = dy.row(n);
  for (real *to = result.row(n), *end = to + dy.cols(); to != end; ++to) *to = *g++ * *up++;
}
return result;
