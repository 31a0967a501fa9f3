"""Student's t: intervals, Welch's test of two independent means, and Holm's correction. Standard library only."""
import math

CONFIDENCE = 0.95


def two_sided_p(t, freedom):
    """P(|T| > |t|) where T has Student's t distribution.

    With t = sqrt(freedom) tan(angle) the density is proportional to cos(angle)^(freedom - 1), which is smooth and lives
    on a finite range, so that Simpson's rule integrates it. (bnlab computes the same by a continued fraction.)
    """
    if math.isinf(t):
        return 0.0
    angle = math.atan(abs(t) / math.sqrt(freedom))
    tail = simpson(lambda a: math.cos(a) ** (freedom - 1), angle, math.pi / 2)
    return tail / simpson(lambda a: math.cos(a) ** (freedom - 1), 0, math.pi / 2)


def simpson(f, begin, end, parts=2000):
    """The integral of f. `parts` is even."""
    width = (end - begin) / parts
    total = f(begin) + f(end)
    for i in range(1, parts):
        total += f(begin + i * width) * (4 if i % 2 == 1 else 2)
    return total * width / 3


def quantile(freedom, known={}):
    """The t that |T| exceeds with probability 1 - CONFIDENCE. By bisection."""
    if freedom not in known:
        low, high = 0.0, 1000.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if two_sided_p(middle, freedom) > 1 - CONFIDENCE else (low, middle)
        known[freedom] = low
    return known[freedom]


class Estimate:
    """The mean of independent values, with its interval: mean ± half."""

    def __init__(self, values):
        self.count = len(values)
        self.mean = sum(values) / self.count
        squares = sum((value - self.mean) ** 2 for value in values)
        self.variance_of_mean = squares / (self.count - 1) / self.count
        self.half = quantile(self.count - 1) * math.sqrt(self.variance_of_mean)

    @property
    def low(self):
        return self.mean - self.half

    @property
    def high(self):
        return self.mean + self.half

    @property
    def p_of_zero(self):
        """P that the mean is so far from 0, if what it estimates is 0: of paired differences, the paired t test."""
        if self.variance_of_mean == 0:
            return 1.0 if self.mean == 0 else 0.0
        return two_sided_p(self.mean / math.sqrt(self.variance_of_mean), self.count - 1)


# Differences below this are rounding: both programs say log(10) for the loss of a network that diverged.
ROUNDING = 1e-9


def overlap(a, b):
    return abs(a.mean - b.mean) <= a.half + b.half + ROUNDING


def welch_p(difference, a, b):
    """P that means of independent values with these variances differ by more, if what they estimate does not."""
    variance = a.variance_of_mean + b.variance_of_mean
    if abs(difference) <= ROUNDING:
        return 1.0
    if variance == 0:
        return 0.0
    # Welch and Satterthwaite's degrees of freedom.
    freedom = variance ** 2 / (a.variance_of_mean ** 2 / (a.count - 1) + b.variance_of_mean ** 2 / (b.count - 1))
    return two_sided_p(difference / math.sqrt(variance), freedom)


def chance_of_no_overlap(a, b):
    """P that intervals as long as these do not overlap, if what they estimate does not differ."""
    if a.half + b.half <= ROUNDING:
        return 0.0
    return welch_p(a.half + b.half, a, b)


def holm(p_values):
    """Each p, raised so that testing all of them at 0.05 errs with probability 0.05 at most in all (Holm, 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted
