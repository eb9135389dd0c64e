"""The loss surface: the non-strict bad local minimum of LDS18, Proposition 1."""
