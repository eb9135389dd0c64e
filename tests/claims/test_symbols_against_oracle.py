"""Random problems with symbols and random claims: what is proved, the plain oracle never denies."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import plain_symbols
import pytest
from plain_claims import Plain

from exactland.checker.formulas import read_claim
from exactland.claims.families import derive_of_family
from exactland.interface.agreement import refusal
from exactland.model.family import Family, family_from, load_any

Json = Any
EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("x1", "x2", "q")
CONDITIONS = {
    "x1": ("", "x1 < x2", "x1 > -1", "-2 < x1 < x2 < 2"),
    "x2": ("", "x2 > 2*q-3"),
    "q": ("", "0 < q < 1"),
}
SYMBOLS, BOTH = "symbols", "symbols and parameters"


class Instances:
    """A random problem, and claims about it."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.samples, self.width = random.randint(2, 3), random.randint(1, 3)
        self.known = random.random() < 0.3
        symbols = {name: random.choice(CONDITIONS[name]) for name in NAMES}
        self.divisors = ["1+x1**2"] + ["q", "2-q"] * bool(symbols["q"])
        self.family = family_from({
            "format": "exactland-problem/3",
            "symbols": symbols,
            "data": {
                "inputs": [[self.number()] for _ in range(self.samples)],
                "targets": [[self.number()] for _ in range(self.samples)],
            },
            "network": {"kind": "sequential", "layers": self.layers()},
            "parameters": [
                {"W": [[self.weight() for _ in range(self.width)]]},
                {"W": [[self.number()] for _ in range(self.width)]},
            ],
            "loss": "squared",
        })  # fmt: skip

    def number(self) -> str | int:
        """Often one that others are related to."""
        if self.random.random() < 0.2:
            return f"{self.random.choice(['1', 'x1', 'q'])}/({self.random.choice(self.divisors)})"
        return self.random.choice(
            [0, 1, "x1", "-x1", "x2", "2*x1", "x1+x2", "q", "x1*q", "(x1-x2)**2", "1-q"]
        )

    def weight(self) -> str | int:
        return self.random.choice([1, 1, "q", 2]) if self.known else self.number()

    def layers(self) -> Json:
        sigma: Json = self.random.choice(["sigmoid", "tanh", {"expr": "t+t**3"}, "identity", "sin"])
        if self.known:
            sigma = {"values": [["x1", 1, "q"], ["x2", "x1", 2], [0, 0, 1]]}
        return [
            {"kind": "dense", "width": self.width, "bias": "none", "activation": sigma},
            {"kind": "dense", "width": 1, "bias": "none", "activation": "identity"},
        ]

    def claim(self) -> Json:
        random = self.random
        head = random.choice(["forall", "forall", "almost-all", "exists"])
        if random.random() < 0.5:
            return [head, BOTH, self.of_features()]
        return [head, SYMBOLS, random.choice([self.of_data, self.at_given])()]

    def of_features(self) -> Json:
        r, rank = self.random.randint(0, 3), ["rank", ["F", 1]]
        row = ["part", ["F", 1], ["tuple", 1], ["every"]]
        other = ["part", ["F", 1], ["tuple", self.random.randint(1, self.samples)], ["every"]]
        return self.random.choice(
            [["<=", rank, r], ["<=", r, rank], ["=", rank, r], ["distinct-rows", ["F", 1]],
             ["=", row, other], ["=", ["G", 1], ["*", ["X"], ["W", 1]]],
             ["!=", ["entry", ["F", 1], 1, 1], 0]]
        )  # fmt: skip

    def of_data(self) -> Json:
        entry = ["entry", ["X"], self.random.randint(1, self.samples), 1]
        term = self.random.choice([0, "x1", ["neg", "x1"], ["*", 2, "x1"], ["-", 1, "q"]])
        return self.random.choice(
            [["=", entry, term], ["!=", entry, 0], ["<", entry, term], ["distinct-rows", ["X"]]]
        )

    def at_given(self) -> Json:
        entry = ["entry", ["F", 1], 1, 1]
        term = self.random.choice([0, 1, "x1", "q"])
        said = [["=", entry, term], ["=", ["Phi"], term], ["zero", ["grad", ["W", 2]]],
                ["zero", ["dPhi"]], ["<=", 1, ["rank", ["F", 1]]], ["!=", ["Phi"], 0]]  # fmt: skip
        return ["at", "given", self.random.choice(said)]


def said_at(claim: Json, values: plain_symbols.Values) -> Json:
    """What a claim says where the symbols have these values."""
    head, over, said = claim
    said = plain_symbols.put(said, values)
    return said if over == SYMBOLS else [head, "parameters", said]


def denied(family: Family, shown: Json, seed: int) -> bool:
    """Whether the oracle finds that a claim is false, by what it says at some values."""
    document = family.document
    fails = shown[0] == "not"
    claim = shown[1] if fails else shown
    answers = []
    for values in plain_symbols.choices(document["symbols"], seed, 4):
        problem = plain_symbols.at(document, values)
        if problem is not None:
            answers.append(Plain(problem, seed)(said_at(claim, values)))
    if fails or claim[0] == "exists":
        return False  # four failures say nothing: the values of the certificate are looked at
    return False in answers if claim[0] == "forall" else set(answers) == {False}


def wrong_at_its_values(family: Family, document: Json) -> bool:
    """Whether the oracle contradicts what a step says of values of the symbols."""
    for step in document["steps"]:
        if step["rule"] != "specimen":
            continue
        names = [entry[0] for entry in family.document["symbols"]]
        given = step["with"]
        values = dict(zip(names, map(Fraction, given["values"]), strict=True))
        assert plain_symbols.admitted(family.document["symbols"], values)
        said = plain_symbols.put(given["claim"], values)
        if given["range"] == BOTH:
            said = ["at", given["point"], said]
        problem = plain_symbols.at(family.document, values)
        assert problem is not None
        if Plain(problem)(said) is (step["claim"][0] != "exists"):
            return True
    return False


def compared(seeds: range) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        made = Instances(seed)
        for _ in range(4):
            claim = made.claim()
            read_claim(claim, symbols=made.family.names)
            answer = derive_of_family(made.family, claim, lambda doc: refusal(doc, 128))
            found[f"{claim[0]} {answer.verdict}"] += 1
            if answer.document is not None:
                assert answer.shown is not None
                said = f"{answer.words} of {made.family.document}"
                assert not denied(made.family, answer.shown, seed), said
                assert not wrong_at_its_values(made.family, answer.document), said
    return found


@pytest.mark.parametrize("start", range(0, 60, 15))
def test_nothing_is_proved_that_the_oracle_denies(start: int) -> None:
    found = compared(range(start, start + 15))
    assert sum(n for kind, n in found.items() if "undecided" not in kind) >= 20, found
    assert min(found["forall proved"], found["forall refuted"]) > 0, found


def with_divisions() -> Json:
    """The shipped counterexample with beta as a symbol, and c made of the others."""
    document = deepcopy(load_any(EXAMPLES / "symbols-theorem-5-3.toml").document)
    text = json.dumps(document).replace("alpha+c*(q-p)*(u+v)**2", "gap+alpha")
    text = text.replace("c*(q-p)*(u+v)**2", "gap")
    text = re.sub(r"\bc\b(?=\*)", "gap/((q-p)*(u+v)**2)", text)
    document = json.loads(text)
    conditions = {name: condition for name, condition, _ in document["symbols"] if name != "c"}
    return {**document, "symbols": {**conditions, "gap": "gap > 0"}}


def two_outputs() -> Json:
    """NH17, Theorem 5.3, two layers and two classes: c (q-p) (v-u)^2 = alpha - beta, targets 2q-p
    for the own class and 2p-q for the other."""
    beta, u_v, both = "alpha-c*(q-p)*(v-u)**2", "2*c*u*v", "c*(u**2+v**2)"
    bias = "alpha-c*(2*p*u*v+q*(u**2+v**2))"
    table = {"values": [["alpha", "p", "u"], [beta, "q", "v"]]}
    inputs = [[0, -2], [0, 1], [0, 3], [1, -3], [1, -1], [1, 2]]
    own, other = "2*q-p", "2*p-q"
    first, second = [own, other], [other, own]
    dense = {"kind": "dense", "width": 2, "activation": table}
    return {
        "format": "exactland-problem/3",
        "symbols": {"alpha": "", "p": "p < q", "q": "", "u": "u > 0", "v": "v > u", "c": "c < 0"},
        "data": {"inputs": inputs, "targets": [first, second, second, first, first, second]},
        "network": {"kind": "sequential", "layers": [dense, dense]},
        "parameters": [
            {"W": [["-c*(q-p)*(v-u)**2", "c*(q-p)*(v-u)**2"], [0, 0]], "b": ["alpha", beta]},
            {"W": [[u_v, both], [both, u_v]], "b": [bias, bias]},
        ],
        "loss": "squared",
    }


CRITICAL: Json = ["at", "given", ["zero", ["dPhi"]]]


@pytest.mark.parametrize(
    "document",
    [
        load_any(EXAMPLES / "symbols-theorem-5-3.toml"),
        family_from(two_outputs()),
        family_from(with_divisions()),
    ],
)
def test_the_counterexamples_to_theorem_5_3(document: Family) -> None:
    """By the checker for all symbols, and by the oracle at some; spoilt, neither finds it."""
    claim = ["forall", SYMBOLS, CRITICAL]
    assert derive_of_family(document, claim, refusal).verdict == "proved"
    spoilt = deepcopy(document.document)
    spoilt["parameters"][0]["W"][0][0] += "+p**2+1"
    answer = derive_of_family(family_from(spoilt), claim, refusal)
    assert answer.verdict != "proved"
    for values in plain_symbols.choices(document.document["symbols"], 1, 3):
        problem = plain_symbols.at(document.document, values)
        assert problem is None or Plain(problem)(CRITICAL) is True
        spoilt_problem = plain_symbols.at(spoilt, values)
        assert spoilt_problem is None or Plain(spoilt_problem)(CRITICAL) is False
