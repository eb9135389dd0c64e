"""`exactland check`: the independent checker, run in this process; it loads nothing else."""

from __future__ import annotations

import click

from exactland.checker import verify
from exactland.interface.cli import write_json

_VERDICTS = {"accept": "proved", "reject": "refuted", "decline": "undecided"}


def check_files(paths: tuple[str, ...], as_json: bool) -> int:
    """Check each file; 0 if all are accepted, 1 if one is rejected, else 2."""
    results = [(path, verify.check_file(path)) for path in paths]
    if as_json:
        write_json(
            {
                "verdict": _VERDICTS[_worst([result.verdict for _, result in results])],
                "certificates": [
                    {
                        "file": path,
                        "verdict": result.verdict,
                        "claim": result.words or None,
                        "reason": result.reason or None,
                        "rests_on": list(result.cited),
                    }
                    for path, result in results
                ],
            }
        )
    else:
        for path, result in results:
            said = result.words if result.verdict == "accept" else result.reason
            prefix = f"{path}: " if len(paths) > 1 else ""
            click.echo(f"{prefix}{result.verdict.upper()}: {said}")
            for theorem in result.cited:
                click.echo(f"  {verify.RESTS_ON}{theorem}")
    return {"accept": 0, "reject": 1, "decline": 2}[_worst([r.verdict for _, r in results])]


def _worst(verdicts: list[str]) -> str:
    for verdict in ("reject", "decline"):
        if verdict in verdicts:
            return verdict
    return "accept"
