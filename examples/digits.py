"""The demo: linearly independent features of real handwritten digits, proved and checked.

The first convolutional layer (3 x 3 filters, sigmoid) of a small CNN is evaluated on 100 images of
scikit-learn's digits. Its feature matrix F_1 is certified to have rank 100. The certificate is
written, accepted by the independent checker in a process of its own (standard library only), and a
tampered copy is rejected.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from sklearn.datasets import load_digits

import exactland

SAMPLES, FILTERS = 100, 4
CERTIFICATE = Path("digits.certificate.json")
TAMPERED = Path("digits.tampered.json")
CHECKER = Path(exactland.__file__).parent / "checker" / "verify.py"


def small_cnn() -> exactland.Problem:
    """8 x 8 images with 17 grey levels, a 3 x 3 convolution, 2 x 2 max-pooling, a dense output."""
    digits = load_digits()
    images = [[f"{int(v)}/16" for v in image] for image in digits.data[:SAMPLES]]
    labels = [int(label) for label in digits.target[:SAMPLES]]
    squares = exactland.conv2d(6, 6, size=(2, 2), stride=(2, 2))
    pooled = [[FILTERS * i + t for i in square] for square in squares for t in range(FILTERS)]
    filters = exactland.conv2d(8, 8, size=(3, 3))
    network = exactland.SequentialNetwork(
        [
            exactland.Convolution(filters, FILTERS, "filter", "sigmoid"),
            exactland.MaxPooling(pooled),
            exactland.Dense(10),
        ]
    )
    problem = exactland.Problem(network, exactland.Data(images, classes=labels))
    return problem.with_parameters(exactland.random_parameters(problem, seed=2018))


def run_checker(path: Path) -> tuple[str, float]:
    """What the checker prints, run alone with the standard library only, and its seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), str(path)], capture_output=True, text=True
    )
    return done.stdout.strip().replace("\n  ", "\n            "), time.perf_counter() - start


def tampered_copy(certificate: Path) -> None:
    """The same certificate about other data: the second image is a copy of the first."""
    document = json.loads(certificate.read_text())
    inputs = document["problem"]["data"]["inputs"]
    inputs[1] = inputs[0]
    TAMPERED.write_bytes(exactland.canonical_bytes(document))


def main() -> None:
    problem = small_cnn()
    print(f"data        {SAMPLES} handwritten digits of 8 x 8 pixels in 17 grey levels, exactly")
    print(
        f"network     3 x 3 convolution, {FILTERS} filters, sigmoid; max-pooling; dense layer of 10"
    )
    print("question    are the features F_1 of the digits linearly independent?")
    start = time.perf_counter()
    finding = exactland.rank(problem, layer=1)
    print(f"answer      {finding.verdict}, after {time.perf_counter() - start:.2f} s")
    print(f"claim       {finding.established.words()}")
    lower = finding.evidence.lower
    print(
        f"evidence    {len(lower.columns)} columns S of F_1 and an approximate inverse R of them:"
    )
    print(f"            |I - R S| < 1, in intervals of {lower.bits} bits")
    exactland.write_certificate(finding, CERTIFICATE)
    print(f"certificate {CERTIFICATE}, {CERTIFICATE.stat().st_size // 1024} KiB")
    said, seconds = run_checker(CERTIFICATE)
    print(f"checker     {said}")
    print(f"            (in {seconds:.2f} s, with Python's standard library alone)")
    tampered_copy(CERTIFICATE)
    said, _ = run_checker(TAMPERED)
    print("tampered    the second image replaced by the first:")
    print(f"            {said}")
    print(
        "proved      A linear layer on F_1 fits any labels of these digits exactly, and since the"
    )
    print("            sigmoid is analytic that holds for almost all filters (NH18, Theorem 3.5).")


if __name__ == "__main__":
    main()
