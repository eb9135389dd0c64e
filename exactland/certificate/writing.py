"""A finding as a canonical document, and as a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from exactland.certificate.encode import claim_document, evidence_document
from exactland.conditions.finding import Finding
from exactland.errors import UsageError
from exactland.model.problem_file import problem_document
from exactland.outputs import CERTIFICATE, Output

FORMAT = "exactland-certificate/1"


def certificate_document(finding: Finding) -> dict[str, Any]:
    """The certificate of a decided finding, as a document (docs/certificate-v1.md, section 1).

    Raises UsageError for an undecided finding: there is nothing to certify.
    """
    if finding.established is None:
        raise UsageError(
            "certificate",
            f"the question is undecided ({finding.reason})",
            "only a proved or refuted finding has a certificate",
        )
    return {
        "format": FORMAT,
        "claim": claim_document(finding.established),
        "problem": problem_document(finding.problem),
        "evidence": evidence_document(finding.established, finding.evidence),
    }


def canonical_bytes(document: dict[str, Any]) -> bytes:
    r"""The canonical serialisation: sorted keys, no white space, ASCII, one final newline.

    >>> canonical_bytes({"b": [1, "2/3"], "a": None})
    b'{"a":null,"b":[1,"2/3"]}\n'
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return (text + "\n").encode("ascii")


def write_certificate(
    finding: Finding, path: str | os.PathLike[str], *, force: bool = False
) -> Path:
    """Write the certificate of a decided finding to a file, or to standard output for ``-``.

    An existing file is replaced if it is a certificate, any other only with ``force``; InputError
    where the file cannot be written.
    """
    output = Output(path, CERTIFICATE, force)
    output.check()
    output.write(canonical_bytes(certificate_document(finding)))
    return Path(path)
