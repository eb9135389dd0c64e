"""Findings as certificates: canonical documents that an independent program checks."""
