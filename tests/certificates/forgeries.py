"""Forged certificates, each made from a genuine one by an attack that it is named after.

A forgery is ``ATTACK--NAME``: false (the claim does not hold, or its evidence does not prove it)
or ill-formed by docs/certificate-v1.md. Where an attack changes the data of a claim, the words are
written again to fit, as a forger would: the lie has to be found elsewhere.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attacks_on_others import ASSUMPTIONS, IDENTITIES, MINIMA
from attacks_on_pieces import PIECES
from attacks_on_ranks import DEFICIENT, FULL_RANK, GENERIC

Document = dict[str, Any]
Forgery = tuple[str, bytes]

ATTACKS = FULL_RANK + DEFICIENT + GENERIC + PIECES + IDENTITIES + ASSUMPTIONS + MINIMA

#: In a table of edits: take the key away.
GONE: Any = object()


def encode(document: Any) -> bytes:
    """The canonical bytes of a document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return (text + "\n").encode("ascii")


def edited(document: Document, edits: Mapping[str, Any]) -> Document:
    """A copy with other values at paths such as ``evidence/lower/rows/0``.

    A value that can be called gets the old value; ``GONE`` removes the key.
    """
    result = copy.deepcopy(document)
    for path, value in edits.items():
        *above, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        place: Any = result
        for key in above:
            place = place[key]
        if value is GONE:
            del place[last]
        elif callable(value):
            place[last] = value(place[last])
        else:
            place[last] = copy.deepcopy(value)
    return result


# --- Words, written from the format --------------------------------------------------------------


def reworded(document: Document) -> Document:
    """The document with the words that belong to the data of its claim."""
    try:
        return edited(document, {"claim/words": words(document)})
    except (KeyError, TypeError, ValueError, IndexError):
        return document  # so broken that no words fit


def words(document: Document) -> str:
    """The sentence of section 5 for the claim as its data say it."""
    claim = document["claim"]
    kind = claim["kind"]
    if kind == "assumption":
        return f"{claim['id']} {'holds' if claim['holds'] else 'fails'} on this instance."
    if kind == "vanishing-identity":
        return (
            f"For all parameters, and for every number of units or filters of layer "
            f"{claim['layer']}, F_{claim['layer']} on these {claim['rows']} samples has rank at "
            f"most {claim['at_most']}."
        )
    if kind == "bad-local-minimum":
        return _minimum_words(document)
    matrix = claim["matrix"]
    letter = {"features": "F_", "weights": "U_", "skip-features": "Psi"}[matrix["what"]]
    name = f"{letter}{matrix.get('layer', '')} ({claim['rows']} x {claim['columns']})"
    full = min(claim["rows"], claim["columns"])
    if kind == "full-rank":
        return f"{name} has full rank {full} at the given parameters."
    if kind == "generic-full-rank":
        return f"{name} has full rank {full} for almost all parameters."
    if kind == "open-deficient":
        return (
            f"{name} has rank at most {claim['at_most']} on a nonempty open set of parameters, "
            "which is less than full."
        )
    least, most = claim["at_least"], claim["at_most"]
    if kind == "generic-deficient":
        return (
            f"{name} has rank at most {most} for all parameters, which is less than full, and "
            f"rank at least {least} for some."
        )
    rank = f"rank {least}" if least == most else f"rank at least {least} and at most {most}"
    return f"{name} has {rank} at the given parameters, which is less than full."


def _minimum_words(document: Document) -> str:
    claim, problem = document["claim"], document["problem"]
    hidden = problem["network"]["layers"][0]
    sigma = hidden["activation"]
    sigma = sigma["expr"] if isinstance(sigma, dict) and "expr" in sigma else sigma
    verdict = claim["assumption_2"]
    order = "every order" if verdict.get("order") == "all" else f"order {verdict.get('order')}"
    said = {
        "proved": f"Assumption 2 holds at {order}.",
        "refuted": f"Assumption 2 fails at {order}: derivative {verdict.get('derivative')} "
        "of sigma at 0 is 0.",
        "undecided": "Assumption 2 is not decided here.",
    }[verdict["verdict"]]
    return (
        f"At w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1) with t = {claim['t']}, width "
        f"{hidden['width']}, x = {problem['data']['inputs'][0][0]}, "
        f"y = {problem['data']['targets'][0][0]} and sigma(t) = {sigma}, the loss "
        "E = (y - w2 . sigma(w1 x))^2 has a local minimum that is not strict and bad: "
        f"E = {claim['loss']} there and on the line through it in direction w2, "
        f"E >= {claim['loss']} wherever |w1_j x - t| <= {claim['radius']} and "
        f"|w2_j - sign(y)| < 1, and E < {claim['better']} elsewhere. {said}"
    )


# --- The text ------------------------------------------------------------------------------------


def _pretty(data: bytes) -> bytes:
    return (json.dumps(json.loads(data), sort_keys=True, indent=1) + "\n").encode()


def _reordered(data: bytes) -> bytes:
    document = json.loads(data)
    backwards = {key: document[key] for key in sorted(document, reverse=True)}
    return (json.dumps(backwards, separators=(",", ":")) + "\n").encode()


def _inner_reordered(data: bytes) -> bytes:
    document = json.loads(data)
    claim = document["claim"]
    document["claim"] = {key: claim[key] for key in sorted(claim, reverse=True)}
    outer = {key: document[key] for key in sorted(document)}
    return (json.dumps(outer, separators=(",", ":")) + "\n").encode()


TEXT_ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "empty-file": lambda data: b"",
    "one-byte": lambda data: b"{",
    "cut-in-half": lambda data: data[: len(data) // 2],
    "last-bytes-cut": lambda data: data[:-3],
    "newline-cut": lambda data: data[:-1],
    "newline-more": lambda data: data + b"\n",
    "carriage-return": lambda data: data[:-1] + b"\r\n",
    "space-in-front": lambda data: b" " + data,
    "space-inside": lambda data: data.replace(b'"claim":', b'"claim": ', 1),
    "tab-inside": lambda data: data.replace(b",", b",\t", 1),
    "indented": _pretty,
    "keys-reordered": _reordered,
    "inner-keys-reordered": _inner_reordered,
    "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "null-byte": lambda data: data[:-1] + b"\x00\n",
    "not-ascii": lambda data: data.replace(b"instance", b"inst\xc3\xa4nce").replace(
        b"rank", b"r\xc3\xa4nk", 1
    ),
    "twice": lambda data: data + data,
    "in-a-list": lambda data: b"[" + data[:-1] + b"]\n",
    "comment": lambda data: data[:-1] + b"/* proved */\n",
    "comma-at-the-end": lambda data: data[:-2] + b",}\n",
    "single-quotes": lambda data: data.replace(b'"', b"'"),
    "escape-needless": lambda data: data.replace(b'"kind"', b'"k\\u0069nd"', 1),
    "slash-escaped": lambda data: data.replace(b"certificate/1", rb"certificate\/1"),
    "key-twice-outside": lambda data: data[:-2] + b',"problem":' + _part(data, "problem") + b"}\n",
    "key-twice-first-lies": lambda data: b'{"claim":{},' + data[1:],
    "key-twice-inside": lambda data: data.replace(b'{"inputs":', b'{"inputs":[[0]],"inputs":', 1),
    "deep": lambda data: data.replace(b'"inputs":[', b'"inputs":' + b"[" * 5000, 1),
    "deep-closed": lambda data: data[:-2] + b',"zzz":' + b"[" * 70 + b"]" * 70 + b"}\n",
    "binary": lambda data: bytes(range(256)),
    "toml": lambda data: b'format = "exactland-certificate/1"\n',
    "number": lambda data: b"1\n",
    "null": lambda data: b"null\n",
    "accept": lambda data: b"ACCEPT\n",
}  # fmt: skip
TEXT_BASES = ("full-rank-relu", "patches-fails")


def _part(data: bytes, key: str) -> bytes:
    return encode(json.loads(data)[key])[:-1]


#: Texts in place of the number 1 of an input; what Python's json would read as the same or another.
NUMBER_TEXTS = {
    "float": "1.0", "exponent": "1e0", "float-tiny": "1e-400", "float-huge": "1e400",
    "minus-zero": "-0", "nan": "NaN", "infinity": "Infinity", "minus-infinity": "-Infinity",
    "true": "true", "null": "null", "list": "[1]", "object": "{}", "string": '"1"',
    "leading-zero": '"01/2"', "not-reduced": '"2/4"', "denominator-one": '"1/1"',
    "denominator-zero": '"1/0"', "denominator-negative": '"1/-2"', "zero-over": '"0/2"',
    "hexadecimal-small": '"0x0a"', "hexadecimal-one": '"0x1"', "hexadecimal-empty": '"0x"',
    "hexadecimal-upper": '"0xFFFFFFFFFFFFFFFFF"', "hexadecimal-zeros": '"0x00fffffffffffffffff"',
    "hexadecimal-spelled": '"0Xfffffffffffffffff"', "plus": '"+1/2"', "space": '" 1/2"',
    "space-after": '"1/2 "', "underscore": '"1_000/3"', "decimal-text": '"0.5"',
    "decimal-above-2-53": "9007199254740993", "minus-above-2-53": "-9007199254740993",
    "digits-huge": "9" * 4000, "digits-huge-text": '"' + "9" * 4000 + '"',
    "two-slashes": '"1/2/3"', "word": '"one half"', "arabic-digit": '"\\u0661/2"',
    "empty": '""', "binary": '"0b1"', "minus-only": '"-"', "newline": '"1/2\\n"',
}  # fmt: skip
#: Where a number is put: a base, and the path of a number in it.
NUMBER_PLACES = {
    "input": ("patches-fails", "problem/data/inputs/0/0"),
    "weight": ("full-rank-relu", "problem/parameters/0/W/0/0"),
    "relation": ("identity-sigmoid", "evidence/upper/vectors/0/0"),
}


def _number_forgeries(good: Mapping[str, Document]) -> Iterator[Forgery]:
    for place, (base, path) in NUMBER_PLACES.items():
        for attack, text in NUMBER_TEXTS.items():
            document = edited(good[base], {path: "THE NUMBER"})
            data = encode(document).replace(b'"THE NUMBER"', text.encode("ascii"))
            yield f"{place}-{attack}--{base}", data


# --- The structure -------------------------------------------------------------------------------

#: Every key of these documents is taken away, and a strange one put beside it.
STRUCTURE_BASES = (
    "full-rank-relu",
    "generic-deficient-weights-four-cycle",
    "minimum-log-2-2-minus-x-plus-y",
    "skip-full-rank-sigmoid",
    "open-deficient-relu",
    "generic-full-patterns-softsign",
)
#: Keys whose absence is not ill-formed: optional, or named by the instance.
OPTIONAL = {"parameters", "targets", "loss"}


def _structure_forgeries(good: Mapping[str, Document]) -> Iterator[Forgery]:
    seen: set[str] = set()
    for base in STRUCTURE_BASES:
        for path, value in _objects(good[base], ""):
            label = path.replace("/", ".") or "document"
            for key in sorted(value):
                name = f"missing-{label}.{key}"
                if key not in OPTIONAL and name not in seen:
                    seen.add(name)
                    data = encode(edited(good[base], {f"{path}/{key}".lstrip("/"): GONE}))
                    yield f"{name}--{base}", data
            if f"unknown-{label}" not in seen:
                seen.add(f"unknown-{label}")
                document = edited(good[base], {f"{path}/unknown".lstrip("/"): 1})
                yield f"unknown-{label}--{base}", encode(document)


def _objects(value: Any, path: str) -> Iterator[tuple[str, Document]]:
    if isinstance(value, dict):
        yield path, value
        for key in sorted(value):
            yield from _objects(value[key], f"{path}/{key}".lstrip("/"))
    elif isinstance(value, list) and value:
        yield from _objects(value[0], f"{path}/0")


# --- All of them ---------------------------------------------------------------------------------


def forgeries(good: Mapping[str, Document]) -> Iterator[Forgery]:
    """(name, bytes) of every forgery, made from the genuine certificates ``good``."""
    for base in TEXT_BASES:
        for attack, spoil in TEXT_ATTACKS.items():
            data = encode(good[base])
            if spoil(data) == data:
                raise RuntimeError(f"{attack} changes nothing in {base}")
            yield f"{attack}--{base}", spoil(data)
    yield from _number_forgeries(good)
    yield from _structure_forgeries(good)
    for attack, base, edits in ATTACKS:
        document = edited(good[base], edits(good) if callable(edits) else edits)
        if encode(document) == encode(good[base]):  # == would take True for 1
            raise RuntimeError(f"{attack} changes nothing in {base}")
        keep = attack.startswith("words-")
        yield f"{attack}--{base}", encode(document if keep else reworded(document))
