"""Make the certificate files: ``python tests/certificates/make.py``.

``good/`` has the genuine certificates of ``genuine.py``, ``bad/`` the forgeries of them. Running it
again gives the same files; names that are no longer made are taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from forgeries import encode, forgeries
from genuine import certificates

HERE = Path(__file__).parent
GOOD, BAD = HERE / "good", HERE / "bad"


def made() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The contents of both folders by file name."""
    good = dict(certificates())
    genuine = {f"{name}.json": encode(document) for name, document in good.items()}
    forged: dict[str, bytes] = {}
    for name, data in forgeries(good):
        if f"{name}.json" in forged or data in genuine.values():
            raise RuntimeError(f"{name} is made twice, or is genuine")
        forged[f"{name}.json"] = data
    return genuine, forged


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder hold exactly these files."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    genuine, forged = made()
    write(GOOD, genuine)
    write(BAD, forged)
    print(f"{len(genuine)} genuine, {len(forged)} forged certificates")
