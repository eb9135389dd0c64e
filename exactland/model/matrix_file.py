"""A matrix without a network: the inputs of a problem file, a list of rows, a table of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exactland.errors import InputError
from exactland.model.document import check_document, read_document, read_text
from exactland.model.problem import Data
from exactland.model.problem_file import FORMAT

#: Files that are read as tables: a row a line, numbers with commas, semicolons or white space.
TABLES = (".csv", ".tsv", ".txt")


def load_matrix(path: str | Path) -> Data:
    """The matrix X of a file, N x d.

    A file whose name ends in .csv, .tsv or .txt is a table, a row a line. Any other is JSON (or
    TOML): a list of rows, or a problem file, of which the inputs are taken.

    Raises InputError, which names the place, for what is no matrix of exact numbers.
    """
    path = Path(path)
    if path.suffix.lower() in TABLES:
        return _at(path, _table(read_text(path)))
    document = read_document(path)
    check_document(document)
    return _at(path, document)


def matrix_from(document: Any) -> Data:
    """The matrix of a document.

    >>> matrix_from([[1, "1/2"], [0, 3]]).inputs
    ((1, 1/2), (0, 3))
    >>> matrix_from({"format": "exactland-problem/2", "data": {"inputs": [[1]]}}).inputs
    ((1,),)
    """
    if isinstance(document, Mapping):
        data = document.get("data")
        if not isinstance(data, Mapping) or "inputs" not in data:
            remedy = (
                f'write a list of rows, or {{"format": "{FORMAT}", "data": {{"inputs": [...]}}}}'
            )
            raise InputError("document", "it has no matrix", remedy)
        document = data["inputs"]
    found = Data(document)
    return Data(found.inputs)


def _at(path: Path, document: Any) -> Data:
    try:
        return matrix_from(document)
    except InputError as error:
        raise InputError(f"{path}: {error.place}", error.reason, error.remedy) from None


def _table(text: str) -> list[list[str]]:
    rows = [line.replace(",", " ").replace(";", " ").split() for line in text.splitlines()]
    return [row for row in rows if row]
