"""Ranks with evidence: over Q, of balls, of float enclosures, for almost all parameters."""
