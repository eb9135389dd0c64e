"""What is said without a library: one JSON object, and what has run out."""

from __future__ import annotations

import json
from typing import Any

import click


def write_json(document: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False))


def too_large(error: MemoryError | RecursionError) -> str:
    """What has run out.

    >>> too_large(MemoryError())
    "the machine's memory does not suffice"
    """
    if isinstance(error, MemoryError):
        return "the machine's memory does not suffice"
    return "it is nested too deeply for this machine"
