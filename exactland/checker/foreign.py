"""What a file is that is no certificate: the first bytes of well-known kinds, and JSON by its keys.

A file is a certificate, good or bad, if it is a JSON object whose format is one of ours, or if it
breaks off but says so: then the check answers. Nothing here accepts anything.

>>> foreign(b'{"format": "exactland-problem/1"}').partition(";")[0]
'it is a problem file of exactland'
>>> foreign(b'{"format":"exactland-certificate/1"}') is None
True
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

FAMILY = "exactland-certificate/"
_CLAIMED = re.compile(rb'\s*\{.*"format"\s*:\s*"exactland-certificate/', re.DOTALL)
#: Other files of ours: what they are, and what reads them.
_OURS = {
    "exactland-problem": "a problem file of exactland; `exactland certify` certifies claims of it",
    "exactland-session": "a saved session of exactland; `load` of `exactland step` replays it",
    "exactland-proof": "a proof that was exported for readers; `certify` writes the certificate",
    "exactland-graph": "a graph of exactland in DOT",
    "exactland-tree": "a tree of statements of exactland",
}
_BEGINNINGS = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive; unpack it first",
    b"\x1f\x8b": "compressed by gzip; unpack it first",
    b"BZh": "compressed by bzip2; unpack it first",
    b"\xfd7zXZ": "compressed by xz; unpack it first",
    b"\x7fELF": "a program",
}
_TEXTS = {
    b"<svg": "a picture (SVG)",
    b"<html": "a web page",
    b"<!doctype html": "a web page",
    b"<?xml": "an XML document",
    b"digraph": "a graph in DOT",
    b"graph": "a graph in DOT",
}
_MARKED = re.compile(rb"(?:#|//|<!--) (exactland-[a-z]+)/\d")


def foreign(data: bytes) -> str | None:
    """What these bytes are, with a remedy where there is one; None for a certificate of ours."""
    if not data.strip():
        return "it is empty"
    try:
        document = json.loads(data)
    except (ValueError, RecursionError, MemoryError):
        if _CLAIMED.match(data):
            return None
        return f"it is {_no_json(data)}"
    if not isinstance(document, dict):
        return "it is JSON, but no object"
    said = document.get("format")
    if isinstance(said, str) and said.startswith(FAMILY):
        return None
    return f"it is {_other_object(said)}"


def foreign_beginning(data: bytes) -> bool:
    """Whether a file that is too long to be read is no certificate, by what has been read of it."""
    return _CLAIMED.match(data) is None


def _other_object(said: Any) -> str:
    if not isinstance(said, str):
        return f'a JSON object without "format": "{FAMILY}..."'
    name = said.partition("/")[0]
    return _OURS.get(name, f'a JSON object whose format is {said[:60]!a}, not "{FAMILY}..."')


def _no_json(data: bytes) -> str:
    for beginning, what in _BEGINNINGS.items():
        if data.startswith(beginning):
            return what
    lines = data.strip().splitlines()
    marked = _MARKED.match(lines[0]) or _MARKED.match(lines[-1])
    if marked is not None:
        return _OURS.get(marked[1].decode(), "a text of exactland")
    head = data[:4096].lstrip().lower()
    if head.startswith(b"<?xml") and b"<svg" in head:
        return "a picture (SVG)"
    for beginning, what in _TEXTS.items():
        if head.startswith(beginning):
            return what
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "neither JSON nor text"
    if text.lstrip()[:1] in ("{", "["):
        return "damaged: it begins like JSON and is none"
    return _toml(text) or "a text, but not JSON"


def _toml(text: str) -> str:
    """What a TOML document is; empty for any other text."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return ""
    said = document.get("format")
    if isinstance(said, str) and said.startswith("exactland-problem/"):
        return _OURS["exactland-problem"]
    return "a TOML document"
