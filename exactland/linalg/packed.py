"""Integer matrices as 64-bit words: 1000 x 1000 entries are 8 MB, not a million objects.

>>> rows = PackedRows((1).to_bytes(8, "little") + (-2).to_bytes(8, "little", signed=True), 2)
>>> rows[0], len(rows), rows == ((1, -2),)
((1, -2), 1, True)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, overload

from exactland.errors import UsageError


class PackedRows(Sequence[tuple[int, ...]]):
    """An immutable matrix of signed 64-bit integers whose rows are read as tuples.

    ``words`` are its entries in row-major order, little-endian, ``width`` its number of columns.
    It equals the tuple of its rows. Raises UsageError where the words do not fill the rows.
    """

    __slots__ = ("_format", "_height", "_words")

    def __init__(self, words: bytes, width: int) -> None:
        if width < 1 or len(words) % (8 * width):
            reason = f"{len(words)} bytes are no rows of {width} words"
            raise UsageError("packed rows", reason, "give 8 bytes an entry, at least one column")
        self._words = words
        self._height = len(words) // (8 * width)
        self._format = struct.Struct(f"<{width}q")

    def __reduce__(self) -> tuple[Any, ...]:
        return PackedRows, (self._words, self._format.size // 8)

    def __len__(self) -> int:
        return self._height

    @overload
    def __getitem__(self, index: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[int, ...], ...]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self._height)))
        if not -self._height <= index < self._height:
            raise IndexError(index)
        return self._format.unpack_from(self._words, index % self._height * self._format.size)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return self._format.iter_unpack(self._words)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PackedRows):
            return self._words == other._words and self._format.size == other._format.size
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        # Equal to a tuple of tuples, so it must have the hash of one.
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"PackedRows({self._height} x {self._format.size // 8})"
