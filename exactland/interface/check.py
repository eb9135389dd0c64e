"""`exactland check`: the independent checker, run in this process; it loads nothing else."""

from __future__ import annotations

from typing import Any

import click

from exactland.checker import verify
from exactland.checker.command import exit_code, report
from exactland.checker.outcome import Result
from exactland.interface.plain import write_json
from exactland.model.messages import printable

#: The verdict of the command by its exit code; there is none where a file is no certificate.
_VERDICTS = {0: "proved", 1: "refuted", 2: "undecided", 65: None}


def check_files(paths: tuple[str, ...], as_json: bool, explain: bool = False) -> int:
    """Check each file; the exit code of the worst: rejected, no certificate, declined, accepted."""
    results: list[tuple[str, Result]] = []
    for path in paths:
        data = verify.read(path)
        result = data if isinstance(data, Result) else verify.check_data(data)
        results.append((path, result))
        if result.verdict == "foreign":
            click.echo(f"exactland: {printable(path)} is no certificate: {result.reason}", err=True)
        elif not as_json:
            full = data if explain and isinstance(data, bytes) else None
            prefix = f"{path}: " if len(paths) > 1 else ""
            click.echo(prefix + "\n".join(report(result, full)))
    code = exit_code([result.verdict for _, result in results])
    if as_json:
        documents = [_document(path, result) for path, result in results]
        write_json({"verdict": _VERDICTS[code], "certificates": documents})
    return code


def _document(path: str, result: Result) -> dict[str, Any]:
    return {
        "file": path,
        "verdict": result.verdict,
        "claim": result.words or None,
        "problem": result.problem or None,
        "reason": result.reason or None,
        "rests_on": list(result.cited),
    }
