// Student's t distribution (1908): how far the mean of few runs may be from the truth, in standard errors.
#pragma once

namespace bnlab {

// For T with ν = degrees > 0 degrees of freedom, which need not be whole:
//
//   ST.1   density  f(t) = Γ((ν + 1)/2) / (sqrt(ν π) Γ(ν/2)) (1 + t²/ν)^(-(ν + 1)/2)
//   ST.2   P(|T| >= |t|) = I_x(ν/2, 1/2) with x = ν / (ν + t²), I the incomplete beta function
//   ST.3   F(t) = P(T <= t): half of ST.2 for t <= 0, and 1 less that half for t >= 0
//   ST.4   quantile: the t at which F(t) = p
//
// Error: degrees that are not above 0, t that is no number, p outside of [0, 1].
double student_t_cdf(double t, double degrees);
double student_t_quantile(double p, double degrees);

// ST.2 by itself, the p-value of the two-sided test. It keeps its precision where F(t) is near 1.
double student_t_two_sided(double t, double degrees);

}  // namespace bnlab
