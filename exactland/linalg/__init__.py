"""Ranks with evidence: over Q, of balls, of floating-point enclosures, and for almost all parameters."""
