"""``python -m exactland.checker FILE...``: the same as running ``verify.py``."""

from .leaving import leave_when_interrupted

leave_when_interrupted()

from .verify import run  # noqa: E402  after what takes time to load can be interrupted

run()
