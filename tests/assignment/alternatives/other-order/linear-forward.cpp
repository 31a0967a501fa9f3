for_columns(N, D, [&](std::size_t first, std::size_t last) {
  for (std::size_t j = last; j-- > first;) {
    for (std::size_t n = N; n-- > 0;) {
      real sum = 0;
      for (std::size_t i = weight.rows(); i-- > 0;) sum += weight(i, j) * x(n, i);
      y_(n, j) = bias(j) + sum;
    }
  }
});
