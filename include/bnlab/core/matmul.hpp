// The three matrix products that a linear layer needs, forward and backward.
//
//   matmul      c[N, out]  = a[N, in]  · b[in, out]            c_nj = Σ_i a_ni b_ij
//   matmul_tn   c[in, out] = a[N, in]ᵀ · b[N, out]             c_ij = Σ_n a_ni b_nj     (left operand transposed)
//   matmul_nt   c[N, in]   = a[N, out] · b[in, out]ᵀ           c_ni = Σ_j a_nj b_ij     (right operand transposed)
//
// What has N rows is row-major; what is [in, out], weights and their gradient, is in panels (Layout, tensor.hpp). The
// result must have its shape already and share no memory with the operands. Shapes that do not fit together throw Error.
//
// Every entry is summed in the order of its index, one term after the other, by the same code wherever it
// stands: results do not depend on the number of threads, nor on the rows beside it.
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"

namespace bnlab {

// A product's own working memory, kept by the caller from call to call so that a training step allocates nothing.
struct Scratch {
  Tensor x_transposed;
  Tensor dy, dy_transposed, dx_transposed, w_transposed;  // in panels
};

// `threads` may be null.
void matmul(const Tensor& a, const Tensor& b, Tensor& c, ThreadPool* threads);
void matmul_tn(const Tensor& a, const Tensor& b, Tensor& c, Scratch& scratch, ThreadPool* threads);
void matmul_nt(const Tensor& a, const Tensor& b, Tensor& c, Scratch& scratch, ThreadPool* threads);

// The same three as anybody would write them first (matmul_naive.cpp): to be read, and to test the fast ones.
// Any layout.
namespace naive {
void matmul(const Tensor& a, const Tensor& b, Tensor& c);
void matmul_tn(const Tensor& a, const Tensor& b, Tensor& c);
void matmul_nt(const Tensor& a, const Tensor& b, Tensor& c);
}  // namespace naive

}  // namespace bnlab
