Tensor dx_hat = dy;
for (std::size_t k = 0; k < dy.size(); ++k) dx_hat.stored()[k] *= gamma(k % dy.cols());
return dx_hat;
