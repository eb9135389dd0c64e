"""The checker as a program: its arguments, its lines and its exit codes.

It is told how to check, so that it knows nothing of the checking.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from .about import explained
from .leaving import ended
from .outcome import Result, quoted

#: As in pyproject.toml.
VERSION = "0.1.0"
FORMATS = ("exactland-certificate/1", "exactland-certificate/2")
#: What stands before a theorem on which an accepted proof rests.
RESTS_ON = "rests on, cited and not checked: "
USAGE = "usage: python verify.py [--explain] [--version] [--help] FILE...   (- is standard input)"
HELP = f"""{USAGE}

Checks certificates of exactland; it uses nothing but Python's standard library.

  --explain   after each accepted claim its definitions, its steps and its problem in full
  --version   the version of this checker, and the formats that it reads
  --help      this text

For each file one line: ACCEPT with the claim that is proved, REJECT with the reason, or DECLINE
with the limit that was reached. Below ACCEPT: the problem in a line, with the SHA-256 of its
canonical form, and the theorems that a proof takes from elsewhere.

Exit codes: 0 all files are accepted; 1 one is rejected; otherwise 65 if one is no certificate;
otherwise 2, one is declined; 64 a wrong call; 130 interrupted; 141 the reader has gone away."""

#: What reads a file, and what checks bytes: the outcome, or the bytes.
Read = Callable[[str], "bytes | Result"]
Check = Callable[[bytes], Result]


def main(arguments: Sequence[str], read: Read, check: Check) -> int:
    """Check the files that are named and print the outcome for each; the exit code."""
    return ended(lambda: _main(arguments, read, check))


def _main(arguments: Sequence[str], read: Read, check: Check) -> int:
    options, paths = _parsed(arguments)
    if "--help" in options:
        print(HELP)
        return 0
    if "--version" in options:
        print(f"exactland checker {VERSION} ({', '.join(FORMATS)})")
        return 0
    if not paths or options - {"--explain"}:
        print(USAGE, file=sys.stderr)
        return 64
    verdicts = []
    for path in paths:
        data = read(path)
        result = data if isinstance(data, Result) else check(data)
        verdicts.append(result.verdict)
        if result.verdict == "foreign":
            print(f"{quoted(path, 200)} is no certificate: {result.reason}", file=sys.stderr)
            continue
        more = "--explain" in options and isinstance(data, bytes)
        for line in report(result, data if more and isinstance(data, bytes) else None):
            print(line, flush=True)
    return exit_code(verdicts)


def _parsed(arguments: Sequence[str]) -> tuple[set[str], list[str]]:
    """Options and names of files: after ``--`` all are names."""
    options: set[str] = set()
    for n, argument in enumerate(arguments):
        if argument == "--":
            return options, [*_names(arguments[:n]), *arguments[n + 1 :]]
        if argument.startswith("-") and argument != "-":
            options.add({"-h": "--help"}.get(argument, argument))
    return options, _names(arguments)


def _names(arguments: Sequence[str]) -> list[str]:
    return [argument for argument in arguments if argument == "-" or argument[:1] != "-"]


def report(result: Result, data: bytes | None = None) -> list[str]:
    """The outcome in lines; with ``data``, what it accepts in full."""
    lines = [f"{result.verdict.upper()}: {result.words or result.reason}"]
    if result.verdict == "accept":
        lines.append(f"  problem: {result.problem}")
        lines += [f"  {RESTS_ON}{theorem}" for theorem in result.cited]
        if data is not None:
            lines += [f"  {line}" for line in explained(data)]
    return lines


def exit_code(verdicts: Sequence[str]) -> int:
    """The exit code for several files: that of the worst outcome.

    >>> exit_code(["accept", "decline", "foreign"]), exit_code(["foreign", "reject"])
    (65, 1)
    """
    for verdict, code in (("reject", 1), ("foreign", 65), ("decline", 2)):
        if verdict in verdicts:
            return code
    return 0 if verdicts and set(verdicts) == {"accept"} else 1
