"""The only door for files out: whole or not at all, and nothing is lost that is not ours.

An existing file is replaced only by one of its own kind, which it says itself (a certificate by a
certificate), or where the user insists. The input is never replaced. ``-`` is standard output,
devices and FIFOs are written into, and symbolic links are followed.

>>> family_of(b'{"format": "exactland-problem/1"}'), family_of(b"// exactland-graph/1\\n")
('exactland-problem', 'exactland-graph')
>>> family_of(b"mine, not exactland-graph/1")
''
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass

from exactland.errors import InputError
from exactland.model.messages import shown

#: Who writes pictures, as their metadata say.
SOFTWARE = "exactland"
#: Longer files are none of ours.
MAX_BYTES = 512 * 2**20
#: Longer names are cut in messages.
LONGEST_NAME = 400
#: How our texts say what they are, in a comment that is their first line or their last.
_MARK = re.compile(rb"(?:#|//|<!--) (exactland-[a-z]+)/\d+(?: -->|: .*)?\r?")
_PICTURES = (
    (b"\x89PNG\r\n", b"tEXtSoftware\0exactland"),
    (b"<?xml", b"<dc:title>exactland</dc:title>"),
    (b"%PDF", b"/Creator (exactland)"),
)


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is called, and the family of formats that it is of."""

    name: str
    family: str


CERTIFICATE = Kind("a certificate", "exactland-certificate")
SESSION = Kind("a saved session", "exactland-session")
READING = Kind("an exported proof", "exactland-proof")
GRAPH = Kind("a graph in DOT", "exactland-graph")
TREE = Kind("a tree of statements", "exactland-tree")
PICTURE = Kind("a picture", "exactland-picture")
#: What a file of ours may be; problem files are written by users.
KINDS = (
    CERTIFICATE,
    SESSION,
    READING,
    GRAPH,
    TREE,
    PICTURE,
    Kind("a problem file", "exactland-problem"),
)


def mark(kind: Kind, opening: str = "#", closing: str = "") -> str:
    """The comment by which a text says its kind.

    >>> mark(GRAPH, "//"), mark(READING, "<!--", " -->")
    ('// exactland-graph/1', '<!-- exactland-proof/1 -->')
    """
    return f"{opening} {kind.family}/1{closing}"


def family_of(content: bytes) -> str:
    """The family that a file of ours belongs to by its own words; empty for any other file."""
    for beginning, signature in _PICTURES:
        if content.startswith(beginning) and signature in content:
            return PICTURE.family
    if content.lstrip()[:1] == b"{":
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            return ""
        said = document.get("format")
        family = said.partition("/")[0] if isinstance(said, str) else ""
        return family if any(family == kind.family for kind in KINDS) else ""
    text = content.rstrip(b"\n")
    for line in (text.partition(b"\n")[0], text.rpartition(b"\n")[2]):
        found = _MARK.fullmatch(line)
        if found is not None:
            return found[1].decode()
    return ""


@dataclass(frozen=True)
class Output:
    """Where something is to be written.

    Parameters
    ----------
    path : the name of a file, or ``-`` for standard output.
    kind : what will be written: an existing file of this kind is replaced.
    force : replace any other file too, also one that is read-only.
    inputs : the files that were read; they are never replaced, by whatever name.
    """

    path: str | os.PathLike[str]
    kind: Kind
    force: bool = False
    inputs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The path as it may stand in a message."""
        path = os.fspath(self.path)
        return path if path.isprintable() and len(path) < LONGEST_NAME else shown(path)

    @property
    def is_standard_output(self) -> bool:
        """Whether this is standard output, by ``-`` or another name such as /dev/stdout."""
        if os.fspath(self.path) == "-":
            return True
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(1))
        except (OSError, ValueError):
            return False

    def check(self) -> None:
        """Raise InputError where ``write`` would refuse; to be asked before the work is done."""
        if os.fspath(self.path) == "-":
            if sys.stdout is None:
                raise InputError("standard output", "it is closed", "name a file")
            return
        found = self._found()
        if found is not None:
            self._check_input(found)
            if not self.is_standard_output:
                self._check_existing(found)
        elif not os.path.isdir(os.path.dirname(self._target())):
            raise self._refused(os.strerror(errno.ENOENT), "make its folder first")

    def write(self, content: bytes | str) -> str:
        """Write it, whole or not at all; the name for a message. InputError if that is refused."""
        if isinstance(content, str):
            content = content.encode(errors="backslashreplace")
        self.check()
        if self.is_standard_output:
            _print(content)
            return "standard output"
        try:
            found = self._found()
            if found is None or stat.S_ISREG(found.st_mode):
                _replace(self._target(), content, found)
            else:
                _pour(self._target(), content)
        except BrokenPipeError as error:
            raise self._refused("its reader has gone away", "write it again") from error
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from error
        return self.name

    def _target(self) -> str:
        """The file itself, behind all links: a link stays one."""
        return os.path.realpath(self.path)

    def _found(self) -> os.stat_result | None:
        """What is there; None if nothing is."""
        path = os.fspath(self.path)
        if not path or "\0" in path:
            raise InputError(shown(path), "it is no name of a file", "choose another name")
        if path.endswith(os.sep):
            raise self._refused("it is a directory", "name a file in it")
        try:
            return os.stat(self._target())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from error

    def _check_input(self, found: os.stat_result) -> None:
        for source in self.inputs:
            with contextlib.suppress(OSError, ValueError):
                if os.path.samestat(found, os.stat(source)):
                    raise self._refused("it is the input itself", "choose another name")

    def _check_existing(self, found: os.stat_result) -> None:
        if stat.S_ISDIR(found.st_mode):
            raise self._refused("it is a directory", "name a file in it")
        if self.force or stat.S_ISCHR(found.st_mode) or stat.S_ISFIFO(found.st_mode):
            return
        insist = "choose another name, or replace it by --force (in Python: force=True)"
        if not found.st_mode & 0o222 or not os.access(self._target(), os.W_OK):
            raise self._refused("it is read-only", insist)
        family = self._family(found)
        if family != self.kind.family:
            known = [kind.name for kind in KINDS if kind.family == family]
            what = f"{known[0]}, not {self.kind.name}" if known else f"not {self.kind.name} of ours"
            raise self._refused(f"it exists and is {what}", insist)

    def _family(self, found: os.stat_result) -> str:
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            return ""
        try:
            with open(self._target(), "rb") as stream:
                return family_of(stream.read(MAX_BYTES))
        except OSError:
            return ""

    def _refused(self, reason: str, remedy: str = "choose another place") -> InputError:
        return InputError(self.name, f"cannot be written ({reason})", remedy)


def _print(content: bytes) -> None:
    """To standard output, after what was printed before; also where that takes text only."""
    sys.stdout.flush()
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(content.decode(errors="replace"))
    else:
        raw.write(content)
    sys.stdout.flush()


def _pour(target: str, content: bytes) -> None:
    """Into a device or a FIFO that is there."""
    handle = os.open(target, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _replace(target: str, content: bytes, old: os.stat_result | None) -> None:
    """A file by another one that has been written in full, with the same permissions."""
    folder = os.path.dirname(target)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".exactland-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _new_mode() if old is None else stat.S_IMODE(old.st_mode))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    # The new name is to last as well, where folders can be written through.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _new_mode() -> int:
    """The permissions of any new file: mkstemp makes private ones."""
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
