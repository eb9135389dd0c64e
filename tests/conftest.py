"""What all tests share: one precision of mpmath, which is global to the process."""

from __future__ import annotations

import mpmath
from hypothesis import settings

mpmath.mp.prec = 600

# What a machine does besides decides how long an example takes.
settings.register_profile("exactland", deadline=None)
settings.load_profile("exactland")
