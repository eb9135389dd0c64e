"""What all tests share: one precision of mpmath, which is global to the process."""

from __future__ import annotations

import mpmath

mpmath.mp.prec = 600
