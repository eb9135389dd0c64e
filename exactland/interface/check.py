"""`exactland check`: the independent checker, run in this process; it loads nothing else."""

from __future__ import annotations

from typing import Any

import click

from exactland.checker import verify
from exactland.checker.outcome import Result
from exactland.interface.plain import write_json
from exactland.model.messages import printable

#: The verdict of the command by its exit code; there is none where a file is no certificate.
_VERDICTS = {0: "proved", 1: "refuted", 2: "undecided", 65: None}


def check_files(paths: tuple[str, ...], as_json: bool) -> int:
    """Check each file; the exit code of the worst: rejected, no certificate, declined, accepted."""
    results = [(path, verify.check_file(path)) for path in paths]
    code = verify.exit_code([result.verdict for _, result in results])
    if as_json:
        documents = [_document(path, result) for path, result in results]
        write_json({"verdict": _VERDICTS[code], "certificates": documents})
    for path, result in results:
        if result.verdict == "foreign":
            click.echo(f"exactland: {printable(path)} is no certificate: {result.reason}", err=True)
        elif not as_json:
            _print(f"{path}: " if len(paths) > 1 else "", result)
    return code


def _document(path: str, result: Result) -> dict[str, Any]:
    return {
        "file": path,
        "verdict": result.verdict,
        "claim": result.words or None,
        "reason": result.reason or None,
        "rests_on": list(result.cited),
    }


def _print(prefix: str, result: Result) -> None:
    said = result.words if result.verdict == "accept" else result.reason
    click.echo(f"{prefix}{result.verdict.upper()}: {said}")
    for theorem in result.cited:
        click.echo(f"  {verify.RESTS_ON}{theorem}")
