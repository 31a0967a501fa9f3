// The regularized incomplete beta function, of which Student's t distribution is made.
#pragma once

namespace bnlab {

// For a, b > 0 and 0 <= x <= 1:
//
//   IB.1   I_x(a, b) = 1 / B(a, b) ∫_0^x u^(a-1) (1 - u)^(b-1) du,   B(a, b) = Γ(a) Γ(b) / Γ(a + b)
//   IB.2   I_x(a, b) = 1 - I_{1-x}(b, a)
//
// By its continued fraction (Abramowitz and Stegun 1964, 26.5.8), which is evaluated from the front (Lentz 1976):
//
//   IB.3   I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) · 1/(1 + d_1/(1 + d_2/(1 + …)))
//          d_{2m}   =  m (b - m) x / ((a + 2m - 1) (a + 2m))
//          d_{2m+1} = -(a + m) (a + b + m) x / ((a + 2m) (a + 2m + 1))
//
// It converges fast where x < (a + 1) / (a + b + 2). Elsewhere IB.2 leads there.
//
// `rest` is 1 - x. The caller often knows it better than a subtraction from 1 would give it. Error: arguments outside of
// these ranges, or no convergence (a and b beyond some millions).
double incomplete_beta(double a, double b, double x, double rest);

}  // namespace bnlab
