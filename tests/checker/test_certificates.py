"""Whole certificates: hand-made ones are accepted, spoilt and forged ones are not."""

from __future__ import annotations

import copy
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import forge
from forge import CERTIFICATES, convolution, dense, encode, number, problem, put

from exactland.checker import limits, verify
from exactland.checker.verify import check_bytes

SCRIPT = Path(verify.__file__).resolve()
EVERY = sorted(CERTIFICATES)


def verdict(document: Any) -> str:
    return check_bytes(encode(document)).verdict


def run(*arguments: Any) -> tuple[int, list[str], str]:
    """The checker in a process of its own, without site-packages."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("name", EVERY)
def test_accepted(name: str) -> None:
    document = CERTIFICATES[name]()
    result = check_bytes(encode(document))
    assert result.reason == ""
    assert (result.verdict, result.words) == ("accept", document["claim"]["words"])


def test_accepted_by_the_script_alone(tmp_path: Path) -> None:
    files = []
    for name in EVERY:
        files.append(tmp_path / name)
        files[-1].write_bytes(encode(CERTIFICATES[name]()))
    code, lines, errors = run(*files)
    assert lines[::2] == [f"ACCEPT: {CERTIFICATES[name]()['claim']['words']}" for name in EVERY]
    assert all(line.startswith("  problem: ") for line in lines[1::2])
    assert (code, errors) == (0, "")


def test_exit_codes(tmp_path: Path) -> None:
    good, bad, large = tmp_path / "good", tmp_path / "bad", tmp_path / "large"
    good.write_bytes(encode(forge.full_rank_modular()))
    bad.write_bytes(encode({"format": "exactland-certificate/1"}))
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"{}\n")
    document = forge.local_minimum(sigma="exp(10**9)*t")
    large.write_bytes(encode(document))
    assert run(good, good)[0] == 0
    assert run(good, bad, large)[0] == 1
    assert run(good, large)[0] == 2
    for path in (tmp_path / "missing", tmp_path, foreign):
        code, lines, errors = run(path)
        assert (code, lines, errors.count("\n")) == (65, [], 1)
        assert run(good, path, large)[0] == 65
        assert run(path, bad)[0] == 1
    assert run()[0] == 64
    assert run("--help")[0] == 0
    assert run("--hlep", good)[0] == 64
    for arguments in ((bad,), (large,)):
        _, lines, errors = run(*arguments)
        assert len(lines) == 1
        assert lines[0].startswith(("REJECT: ", "DECLINE: "))
        assert errors == ""


def test_a_result_has_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(check_bytes(b""))


def test_nothing_but_the_standard_library_is_imported() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import checker.verify; "
        "names = {n.partition('.')[0] for n in sys.modules}; "
        "print(sorted(n for n in names - set(sys.stdlib_module_names) if n not in "
        "('__main__', 'checker')))"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(SCRIPT.parent.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- Spoilt bytes --------------------------------------------------------------------------------


def renames(path: str) -> bool:
    """Whether a mutation only renames a group or a bias, which may leave a claim true."""
    return any(f"'{key}')" in path for key in ("group", "bias"))


@pytest.mark.parametrize("name", EVERY)
def test_malformed_documents(name: str) -> None:
    count = 0
    for what, data in forge.mutations(CERTIFICATES[name]()):
        if not renames(what):
            assert check_bytes(data).verdict != "accept", what
            count += 1
    assert count > 100


@pytest.mark.parametrize("name", EVERY)
def test_an_empty_list_or_object_anywhere(name: str) -> None:
    document = CERTIFICATES[name]()
    for path in forge.paths(document):
        value = forge.get(document, path)
        if path and isinstance(value, (list, dict)) and value:
            assert verdict(put(document, path, type(value)())) == "reject", path


@pytest.mark.parametrize("name", EVERY)
def test_every_number_of_the_claim_matters(name: str) -> None:
    document = CERTIFICATES[name]()
    for path in forge.paths(document["claim"]):
        value = forge.get(document["claim"], path)
        if type(value) is int:
            for other in (value - 1, value + 1, -1, 0, 10**9):
                if other != value:
                    assert verdict(put(document, ("claim", *path), other)) == "reject"


@pytest.mark.parametrize("name", EVERY)
def test_words_have_to_be_the_words(name: str) -> None:
    document = CERTIFICATES[name]()
    words = document["claim"]["words"]
    for other in (
        "",
        words + " ",
        words[:-1],
        words.upper(),
        words.replace("1", "2"),
        words + "\n",
    ):
        if other != words:
            assert verdict(put(document, ("claim", "words"), other)) == "reject"


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("other", EVERY)
def test_evidence_of_another_certificate(name: str, other: str) -> None:
    mine, theirs = CERTIFICATES[name](), CERTIFICATES[other]()
    if mine["evidence"] != theirs["evidence"]:
        mixed = {**mine, "evidence": theirs["evidence"]}
        compatible = {"local-minimum", "local-minimum-enclosure"}
        if not {name, other} <= compatible | {"asm24-holds"}:
            assert verdict(mixed) == "reject"


def test_duplicate_keys() -> None:
    data = encode(forge.full_rank_modular())
    spoilt = data.replace(b'"prime":1000003', b'"prime":1000003,"prime":1000003')
    assert spoilt != data
    assert check_bytes(spoilt).verdict == "reject"


def test_messages_do_not_carry_the_text_of_the_file() -> None:
    document = forge.full_rank_modular()
    document["x\nACCEPT: all is well"] = 1
    reason = check_bytes(encode(document)).reason
    assert "\n" not in reason
    document = put(forge.full_rank_modular(), ("claim", "kind"), "x\nACCEPT: \x1b[2J")
    reason = check_bytes(encode(document)).reason
    assert "\n" not in reason
    assert "\x1b" not in reason


def test_a_document_that_is_too_large_is_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(forge.full_rank_modular())
    monkeypatch.setattr("exactland.checker.canonical.DOCUMENT_BYTES", len(data) - 1)
    assert check_bytes(data).verdict == "decline"
    assert limits.DOCUMENT_BYTES == 512 * 2**20


# --- Lower bounds --------------------------------------------------------------------------------

LOWER = ("evidence", "lower")


@pytest.mark.parametrize(
    "prime", [0, 1, -1, -7, True, 2**64, "0x10000000000000000", "7", None, 7.5]
)
def test_moduli_that_are_refused(prime: Any) -> None:
    assert verdict(put(forge.full_rank_modular(), (*LOWER, "prime"), prime)) == "reject"


def test_composite_moduli_prove_as_well() -> None:
    assert verdict(put(forge.full_rank_modular(), (*LOWER, "prime"), 15)) == "accept"


def test_a_prime_that_divides_the_determinant_or_a_denominator() -> None:
    document = forge.full_rank_modular()
    document["problem"]["data"]["inputs"] = [[7, 0], [0, 1], [7, 1]]
    document["problem"]["parameters"][0]["b"] = [0, 0, -7]  # F_1 has determinant 7
    assert verdict(put(document, (*LOWER, "prime"), 7)) == "reject"
    document["problem"]["data"]["inputs"][0][0] = "1/7"
    assert verdict(put(document, (*LOWER, "prime"), 7)) == "reject"
    assert verdict(put(document, (*LOWER, "prime"), 11)) == "accept"


@pytest.mark.parametrize("name", ["full-rank-modular", "full-rank-inverse", "skip-enclosed"])
@pytest.mark.parametrize("key", ["rows", "columns"])
def test_indices(name: str, key: str) -> None:
    document = CERTIFICATES[name]()
    good = document["evidence"]["lower"][key]
    size = len(good)
    for bad in ([0] * size, [-1, *good[1:]], good[:-1], [*good, 0], [*good[:-1], 99], [True,
    *good[1:]],
                [good[0], good[0], *good[2:]], good * 2, "01", None):  # fmt: skip
        assert verdict(put(document, (*LOWER, key), bad)) == "reject"


@pytest.mark.parametrize(
    ("key", "value"),
    [("bits", 7), ("bits", 65537), ("bits", -8), ("bits", True), ("scale", -1),
     ("scale", 39), ("scale", 10**6), ("inverse", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
     ("inverse", [[0, 0, 0]] * 3), ("inverse", [[0, 0], [0, 0], [0, 0]]), ("method", "dominance")],
)  # fmt: skip
def test_a_bad_inverse(key: str, value: Any) -> None:
    assert verdict(put(forge.full_rank_inverse(), (*LOWER, key), value)) == "reject"


def test_bits_that_are_too_few() -> None:
    """Two samples 2^-60 apart: told apart with 200 bits, not with 8 (and 32 more)."""
    layers = [dense(2, "sigmoid")]
    p = problem([[1], [1]], layers, parameters=[{"W": [[1, 2]], "b": [0, 0]}])
    p["data"]["inputs"][1][0] = number(Fraction(2**60 + 1, 2**60))
    with mpmath.workprec(400):
        xs = (mpmath.mpf(1), 1 + mpmath.mpf(2) ** -60)
        F = mpmath.matrix([[1 / (1 + mpmath.exp(-w * x)) for w in (1, 2)] for x in xs])
        R = (F**-1 * mpmath.mpf(2) ** 160).tolist()
        inverse = [[number(int(mpmath.nint(v))) for v in row] for row in R]
    lower = {
        "method": "approximate-inverse",
        "rows": [0, 1],
        "columns": [0, 1],
        "bits": 200,
        "scale": 160,
        "inverse": inverse,
    }
    words = "F_1 (2 x 2) has full rank 2 at the given parameters."
    document = forge.certificate(
        {"kind": "full-rank", **forge.features(1, 2, 2)}, words, p, {"lower": lower}
    )
    assert verdict(document) == "accept"
    assert verdict(put(document, (*LOWER, "bits"), 8)) == "reject"
    repeated = copy.deepcopy(document)
    repeated["problem"]["data"]["inputs"][1][0] = 1
    assert verdict(repeated) == "reject"


@pytest.mark.parametrize(
    "weights", [[1, 0], [1, -1], [0, 0], [1], [1, 1, 1], [1, 10**6], [True, 1]]
)
def test_weights_of_dominance(weights: Any) -> None:
    assert verdict(put(forge.full_rank_dominance(), (*LOWER, "weights"), weights)) == "reject"


def test_lower_bounds_without_rows() -> None:
    for name in ("full-rank-inverse", "full-rank-dominance"):
        document = CERTIFICATES[name]()
        for key in ("rows", "columns", "inverse", "weights"):
            if key in document["evidence"]["lower"]:
                document["evidence"]["lower"][key] = []
        assert verdict(document) == "reject"


def test_parameters_have_to_be_there() -> None:
    for name in (
        "full-rank-modular",
        "full-rank-inverse",
        "skip-enclosed",
        "rank-deficient-formal",
    ):
        document = CERTIFICATES[name]()
        del document["problem"]["parameters"]
        assert verdict(document) == "reject"
    document = forge.full_rank_modular()
    assert verdict(put(document, ("problem", "parameters", 0), None)) == "reject"


def test_parameters_of_another_shape() -> None:
    document = forge.full_rank_modular()
    path = ("problem", "parameters", 0)
    for key, value in (("b", [0, 0]), ("b", [0] * 4), ("W", [[1, 0, 1]]), ("W", [[1, 0], [0, 1]])):
        assert verdict(put(document, (*path, key), value)) == "reject"
    tied = forge.full_rank_two_layers()
    assert verdict(put(tied, (*path, "b"), [0] * 6)) == "reject"
    assert verdict(put(tied, ("problem", "parameters", 1), {"W": [[1]]})) == "reject"
    assert verdict(put(tied, ("problem", "parameters", 2, "b"), [0, 0])) == "reject"


# --- Upper bounds --------------------------------------------------------------------------------

UPPER = ("evidence", "upper")


@pytest.mark.parametrize(
    "name", ["rank-deficient-rational", "rank-deficient-formal", "vanishing-sigmoid",
    "vanishing-relu",
             "vanishing-softplus", "generic-deficient-features"],
)  # fmt: skip
def test_null_vectors_that_prove_nothing(name: str) -> None:
    document = CERTIFICATES[name]()
    (vector,) = document["evidence"]["upper"]["vectors"]
    zero = [0] * len(vector)
    for bad in ([zero], [], [vector, vector], [vector, zero], [vector[:-1]], [[*vector, 0]],
                [[*vector[:-1], vector[-1] + 1]], [[-x for x in vector], vector]):  # fmt: skip
        assert verdict(put(document, (*UPPER, "vectors"), bad)) == "reject"
    for prime in (0, 1, -1, 2**64, True):
        assert verdict(put(document, (*UPPER, "prime"), prime)) == "reject"


def test_the_other_side() -> None:
    document = forge.rank_deficient_rational()
    document["problem"]["data"]["inputs"][2] = [1, 2]
    assert verdict(document) == "accept"
    assert verdict(put(document, (*UPPER, "side"), "left")) == "reject"
    assert verdict(put(document, (*UPPER, "side"), "both")) == "reject"


def test_dependent_vectors_do_not_add_up() -> None:
    """Two multiples of one relation would make rank <= 1 of a rank-2 matrix."""
    document = forge.vanishing("sigmoid", [-1, 0, 1], [[1, -2, 1], [2, -4, 2]])
    assert verdict(document) == "reject"


@pytest.mark.parametrize(
    ("activation", "xs", "vector"),
    [("sigmoid", [-1, 0, 1], [1, -1, 1]), ("sigmoid", [-1, 0, 2], [1, -2, 1]), ("exp", [-1, 0, 1],
     [1, -2, 1]),
     ("softplus", [-1, 0, 1], [1, -2, 1]), ("relu", [-1, 1], [1, 1]), ("relu", [1, -2], [2, 1]),
     ("elu", [-1, 1], [1, 1]), ({"expr": "1/t"}, [-1, 1], [1, 1]), ({"expr": "1/t"}, [1, 2], [1,
     -2]),
     ({"expr": "t/abs(t)"}, [-1, 1], [1, 1]), ({"expr": "log(t)-log(t)"}, [1, 2], [1, -1]),
     ({"expr": "sqrt(t)"}, [1, 4], [2, -1]), ("mish", [-1, 1], [1, 1]), ("relu6", [1, 2], [2, -1])],
)  # fmt: skip
def test_relations_that_do_not_hold(activation: Any, xs: Any, vector: Any) -> None:
    assert verdict(forge.vanishing(activation, xs, [vector])) == "reject"


def test_identities_of_other_activations() -> None:
    for document in (
        forge.vanishing("tanh", [-2, 0, 2], [[1, 0, 1], [0, 1, 0]]),
        forge.vanishing("identity", [1, 2, 3], [[2, -1, 0], [3, 0, -1]]),
        forge.vanishing({"name": "power", "exponent": 2}, [1, -1], [[1, -1]]),
        forge.vanishing({"name": "polynomial", "coefficients": [1, 2]}, [0, 1, 2], [[1, -2, 1]]),
        forge.vanishing({"expr": "t/(1+t**2)"}, [1, -1], [[1, 1]]),
    ):
        assert verdict(document) == "accept"


def test_tied_biases_and_padding() -> None:
    """Constant images with tied biases: all patches agree, rank at most T; here one filter."""
    for bias, expected in (("filter", "accept"), ("none", "accept"), ("neuron", "reject")):
        layer = convolution([[0, 1], [1, 2]], 1, "exp", bias)
        p = problem([[1, 1, 1], [2, 2, 2]], [layer])
        parameters = [{"W": [[1], [1]]} if bias == "none" else {"W": [[1], [1]], "b": [0]}]
        if bias == "neuron":
            parameters[0]["b"] = [0, 0]
        p["parameters"] = parameters
        claim = {"kind": "rank-deficient", **forge.features(1, 2, 2), "at_least": 0, "at_most": 1}
        words = (
            "F_1 (2 x 2) has rank at least 0 and at most 1 at the given parameters, "
            "which is less than full."
        )
        upper = {"method": "null-vectors", "side": "right", "vectors": [[1, -1]], "prime": 7}
        document = forge.certificate(claim, words, p, {"lower": None, "upper": upper})
        if bias == "neuron":
            assert verdict(document) == "accept"
            document = put(document, ("problem", "parameters", 0, "b"), [0, 1])
        assert verdict(document) == expected
        padded = put(document, ("problem", "network", "layers", 0, "patches"), [[0, 1], [2, None]])
        assert verdict(padded) == "reject"


@pytest.mark.parametrize(
    "name", ["generic-deficient-weights", "generic-deficient-left", "asm24-fails"]
)
def test_polynomial_vectors(name: str) -> None:
    document = CERTIFICATES[name]()
    path = (*UPPER, "vectors", 0)
    assert verdict(put(document, (*UPPER, "vectors"), [[]])) == "reject"
    assert verdict(put(document, (*path, 0, 1, 0, 0), 2)) == "reject"  # another coefficient
    assert verdict(put(document, (*path, 0, 1, 0, 0), 0)) == "reject"
    assert verdict(put(document, (*path, 0, 1, 0, 1), [-1])) == "reject"  # Python's last variable
    assert verdict(put(document, (*path, 0, 1, 0, 1), [2])) == "reject"
    assert verdict(put(document, (*path, 0, 0), -4)) == "reject"
    assert verdict(put(document, (*path, 3, 0), -1)) == "reject"
    assert verdict(put(document, (*path, 1, 0), 0)) == "reject"  # a repeated index
    assert verdict(put(document, (*UPPER, "point"), [[0], [0]])) == "reject"
    assert verdict(put(document, (*UPPER, "point"), [[1], [2], [3]])) == "reject"
    term = document["evidence"]["upper"]["vectors"][0][0][1][0]
    assert verdict(put(document, (*path, 0, 1), [term, term])) == "reject"
    vector = document["evidence"]["upper"]["vectors"][0]
    assert verdict(put(document, (*UPPER, "vectors"), [vector, vector])) == "reject"


def test_multiples_of_one_polynomial_vector_are_dependent() -> None:
    document = forge.generic_deficient_weights()
    vector = document["evidence"]["upper"]["vectors"][0]
    scaled = [[i, [[c, sorted([*m, 0])] for c, m in terms]] for i, terms in vector]
    assert verdict(put(document, (*UPPER, "vectors"), [scaled])) == "accept"
    assert verdict(put(document, (*UPPER, "vectors"), [vector, scaled])) == "reject"


def test_generic_claims_need_analytic_activations() -> None:
    for activation in (
        "relu",
        "softsign",
        "r1",
        {"expr": "1/t"},
        {"expr": "sqrt(t**2)"},
        "dyadic-softplus",
    ):
        document = forge.generic_full_features()
        document["problem"]["network"]["layers"][0]["activation"] = activation
        assert "analytic" in check_bytes(encode(document)).reason
        document = forge.skip_full()
        document["problem"]["network"]["units"][0]["activation"] = activation
        assert "analytic" in check_bytes(encode(document)).reason


def test_generic_claims_refuse_max_pooling() -> None:
    p = problem([[1, 2], [2, 1]], [{"kind": "max-pooling", "patches": [[0], [1]]}])
    words = "F_1 (2 x 2) has full rank 2 for almost all parameters."
    claim = {"kind": "generic-full-rank", **forge.features(1, 2, 2)}
    document = forge.certificate(claim, words, p, {"parameters": [None], "lower": forge.minor(2)})
    assert "max-pooling" in check_bytes(encode(document)).reason
    claim = {"kind": "full-rank", **forge.features(1, 2, 2)}
    words = "F_1 (2 x 2) has full rank 2 at the given parameters."
    assert verdict(forge.certificate(claim, words, p, {"lower": forge.minor(2)})) == "accept"


def test_a_generic_lower_bound_of_nothing() -> None:
    document = forge.generic_deficient_left()
    document["evidence"]["lower"] = forge.minor(0)
    assert verdict(document) == "reject"  # without parameters
    document["evidence"]["parameters"] = [{"W": [[1], [2]]}]
    assert verdict(document) == "accept"
    document["evidence"]["lower"] = None
    assert verdict(document) == "reject"


# --- Problems ------------------------------------------------------------------------------------

LAYER = ("problem", "network", "layers", 0)


@pytest.mark.parametrize(
    "patches",
    [[], [[]], [[0, 1]], [[0, 1], [1]], [[0, 0], [1, 2]], [[0, 1], [1, 3]], [[0, 1], [1, -1]],
     [[0, 1], [1, 2], [1, 0]], [[0, 1], [1, 2], [0, 1]], [[None, None], [0, 1], [1, 2], [None,
      None]],
     [[None, 0], [1, 2], [None, 0]], [[0, 1], [1, True]], [[0, 1], [1, "2"]], None, [[0, 1], None]],
)  # fmt: skip
def test_patches_that_are_refused(patches: Any) -> None:
    assert verdict(put(CERTIFICATES["asm31-holds"](), (*LAYER, "patches"), patches)) == "reject"


def test_padding_is_for_convolutions() -> None:
    document = forge.full_rank_two_layers()
    patches = [[0, 2, 4], [1, 3, 5], [None, 0, 1]]
    path = ("problem", "network", "layers", 1, "patches")
    assert verdict(put(document, path, patches)) == "reject"


@pytest.mark.parametrize(
    ("key", "value"),
    [("filters", 0), ("filters", -1), ("filters", True), ("bias", "neurons"), ("bias", None),
     ("kind", "dense"), ("kind", "pool"), ("kind", None), ("activation", None)],
)  # fmt: skip
def test_layers_that_are_refused(key: str, value: Any) -> None:
    assert verdict(put(CERTIFICATES["asm31-holds"](), (*LAYER, key), value)) == "reject"


def test_a_layer_that_is_too_wide_is_declined() -> None:
    document = put(CERTIFICATES["asm31-holds"](), (*LAYER, "filters"), 2**50)
    assert verdict(document) == "decline"


@pytest.mark.parametrize(
    ("path", "value"),
    [(("inputs",), []), (("inputs",), [[]]), (("inputs", 0), [1]), (("inputs", 0, 0), "1/0"),
     (("targets",), [[1]]), (("targets",), [[], []]), (("classes",), [0]), (("classes",), [0, -1]),
     (("classes",), [0, True]), (("labels",), [0, 1])],
)  # fmt: skip
def test_data_that_is_refused(path: Any, value: Any) -> None:
    document = put(CERTIFICATES["asm31-holds"](), ("problem", "data", *path), value)
    assert verdict(document) == "reject"


@pytest.mark.parametrize(
    ("index", "key", "value"),
    [(0, "in", []), (0, "in", [0, 0]), (0, "in", [2]), (0, "in", [-1]), (0, "in", ["h2"]), (0,
     "in", ["h1"]),
     (2, "in", ["h1", "h9"]), (2, "layer", 1), (0, "layer", 0), (1, "id", "h1"), (0, "id", ""),
     (0, "id", "a b"), (0, "id", "x" * 41), (0, "group", "g2"), (1, "in", [0, 1]), (2, "group",
     "g1"),
     (0, "in", [True]), (0, "in", [None]), (0, "in", [[0]]), (0, "id", "h\u00e9"), (0, "bias",
     "b 1"),
     (2, "in", ["h3", 1])],
)  # fmt: skip
def test_skip_networks_that_are_refused(index: int, key: str, value: Any) -> None:
    document = put(forge.skip_full(), ("problem", "network", "units", index, key), value)
    assert verdict(document) == "reject"


@pytest.mark.parametrize("skips", [[], ["h2", "h2"], ["h9"], [0], "h2", None])
def test_skips_that_are_refused(skips: Any) -> None:
    document = put(forge.skip_full(), ("problem", "network", "skips"), skips)
    assert verdict(document) == "reject"


def test_matrices_of_the_other_kind_of_network() -> None:
    document = forge.skip_full()
    for matrix in ({"what": "features", "layer": 1}, {"what": "weights", "layer": 1}):
        assert verdict(put(document, ("claim", "matrix"), matrix)) == "reject"
    document = forge.full_rank_modular()
    assert verdict(put(document, ("claim", "matrix"), {"what": "skip-features"})) == "reject"
    for layer in (0, 2, -1, True):
        assert verdict(put(document, ("claim", "matrix", "layer"), layer)) == "reject"


# --- Assumptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in EVERY if name.startswith("asm")])
def test_an_assumption_does_not_hold_and_fail(name: str) -> None:
    document = CERTIFICATES[name]()
    holds = not document["claim"]["holds"]
    identifier = document["claim"]["id"]
    words = f"{identifier} {'holds' if holds else 'fails'} on this instance."
    document["claim"].update(holds=holds, words=words)
    for evidence in (document["evidence"], {}, {"layers": []}, {"coordinate": 0}, {"pairs": []},
                     {"samples": [0, 0], "patches": [0, 0]}, {"samples": [0, 0],
                     "unit": "h1"}):  # fmt: skip
        if (name, evidence) != ("asm1-fails", {"coordinate": 0}):
            assert verdict({**document, "evidence": evidence}) == "reject"


def test_colliding_samples_are_different_samples() -> None:
    document = CERTIFICATES["asm31-fails"]()
    for samples in ([0, 0], [1, 1], [0, 2], [0, -1], [0], [0, 1, 1]):
        assert verdict(put(document, ("evidence", "samples"), samples)) == "reject"
    for patches in ([0, 0], [1, 1], [0, -1], [0, 2]):
        assert verdict(put(document, ("evidence", "patches"), patches)) == "reject"
    document = CERTIFICATES["asm1-fails"]()
    for pairs in (
        [[0, 1]],
        [[0, 1], [2, 2]],
        [[0, 0], [2, 1]],
        [[0, 2], [2, 1]],
        [[0, 1], [2, -2]],
    ):
        assert verdict(put(document, ("evidence", "pairs"), pairs)) == "reject"


def test_a_unit_that_reads_another_unit_says_nothing() -> None:
    assert verdict(put(CERTIFICATES["asm13-fails"](), ("evidence", "unit"), "h3")) == "reject"


# --- The local minimum ---------------------------------------------------------------------------


def test_local_minima_that_are_not() -> None:
    refused = [
        {"t": "2"},  # not a zero
        {"sigma": "(t-1)*exp(t)"},  # a change of sign
        {"sigma": "-(t-1)**3"},
        {"sigma": "(t-1)**2"},  # positive
        {"sigma": "-(t-1)**3", "sign": {"method": "taylor", "order": 3}},
        {"sigma": "(t-1)*exp(t)", "sign": {"method": "taylor", "order": 1}},
        {"sigma": "-(t-1)**2*exp(t)", "sign": {"method": "taylor", "order": 0}},
        {"sigma": "-(t-1)**2*exp(t)", "sign": {"method": "taylor", "order": 4}},
        {"sigma": "-(t-1)**2*exp(t)", "sign": {"method": "taylor", "order": -2}},
        {"sigma": "-(t-1)**2*exp(t)", "sign": {"method": "taylor", "order": True}},
        {"sigma": "1-t", "sign": {"method": "enclosure"}},
        {"sigma": "0*t-1", "sign": {"method": "enclosure"}},
        {"sigma": "-abs(t-1)", "sign": {"method": "taylor", "order": 2}},
        {"sigma": "-(t-1)**2/t", "radius": 2},  # a pole in the interval
        {"sigma": "-(t-1)**2*sqrt(t)", "radius": 2},
        {"sigma": "-(t-1)**2*(3-t)", "radius": 3},
        {"radius": 0},
        {"radius": "-1/4"},
        {"radius": 4},  # the second derivative changes sign at 2 +- sqrt(2), from 1
        {"point": {"w1": [1, 1], "w2": [1, 1]}},  # the loss there is 4
        {"point": {"w1": [0, 0], "w2": [1, 1]}},
        {"point": {"w1": [0], "w2": [-1]}},
        {"point": {"w1": [0, 0, 0], "w2": [-1, -1, 0]}},
        {"better": 4},
        {"better": 5},
        {"better": 0},
        {"t": "t"},
        {"t": "1/0"},
        {"t": "x"},
        {"sigma": "-(t-1)**2*exp(t)/(sin(1)**2+cos(1)**2-1)"},  # 1/0, not seen formally
        {"x": 0},
        {"y": 0, "better": -1},
        {"x": "1/2", "point": {"w1": [2, 2], "w2": [-1, -1]}},
    ]
    for change in refused:
        assert verdict(forge.local_minimum(**change)) == "reject", change


def test_local_minima_that_are() -> None:
    for change in (
        {"radius": "2/5"},
        {"x": "-1/2", "point": {"w1": [0, 0], "w2": [-1, -1]}},
        {"y": -2, "point": {"w1": [0, 0], "w2": [1, 1]}},
        {"sigma": "-(t-1)**4", "sign": {"method": "taylor", "order": 4}},
        {"sigma": "-(exp(t)-3)**2", "t": "log(3)", "point": {"w1": [0, 0], "w2": ["-1/4", "-1/4"]}},
        {"sigma": "-max(t-1,0)", "sign": {"method": "enclosure"},
         "point": {"w1": [2, 2], "w2": [-1, -1]}},
        {"sigma": "cos(t)-1", "t": "2*pi", "point": {"w1": [3, 3], "w2": ["-1/2", "-1/2"]}},
    ):  # fmt: skip
        assert check_bytes(encode(forge.local_minimum(**change))).reason == "", change


@pytest.mark.parametrize(
    ("path", "value"),
    [(("problem", "loss"), "cross-entropy"), (("problem", "data", "inputs"), [[1], [2]]),
     (("problem", "data", "targets"), [[2, 2]]), (("problem", "network", "layers", 1, "width"), 2),
     (("problem", "network", "layers", 1, "activation"), "relu"),
     (("problem", "network", "layers", 1, "activation"), {"expr": "2*t"}),
     (("problem", "network", "layers", 0, "bias"), "neuron"), (("claim", "loss"), 5),
     (("problem", "network", "layers", 1, "bias"), "filter"),
     (("problem", "network", "layers", 0, "width"), 3), (("evidence", "bits"), 0)],
)  # fmt: skip
def test_another_problem(path: Any, value: Any) -> None:
    document = put(forge.local_minimum(), path, value)
    if path[-1] == "inputs":
        document["problem"]["data"]["targets"] = [[2], [2]]
    assert verdict(document) == "reject"


def test_an_output_without_activation_by_another_spelling() -> None:
    for text in ("t", "t+0", "(t-abs(t))/2+max(t,0)"):
        document = put(
            forge.local_minimum(), ("problem", "network", "layers", 1, "activation"), {"expr": text}
        )
        assert verdict(document) == "accept"


def test_assumption_2() -> None:
    proved = {
        "a2": {"verdict": "proved", "order": 7},
        "a2_evidence": {"method": "derivatives"},
        "a2_words": "Assumption 2 holds at order 7.",
    }
    assert verdict(forge.local_minimum(**proved)) == "accept"
    # -(e^t - 2)^2 has a zero second derivative: no order above 2.
    other = {"sigma": "-(exp(t)-2)**2", "t": "log(2)", **proved}
    assert verdict(forge.local_minimum(**other)) == "reject"
    other["a2"] = {"verdict": "proved", "order": 2}
    other["a2_words"] = "Assumption 2 holds at order 2."
    assert verdict(forge.local_minimum(**other)) == "accept"
    # Not analytic: nothing is said about it.
    other = {"sigma": "-abs(t-1)", "sign": {"method": "enclosure"}, **proved}
    assert verdict(forge.local_minimum(**other)) == "reject"
    document = forge.local_minimum_refuted()
    for claim in (
        {"verdict": "refuted", "order": 3, "derivative": 1},
        {"verdict": "refuted", "order": 2, "derivative": 2},
        {"verdict": "refuted", "order": 3, "derivative": -1},
        {"verdict": "refuted", "order": 3},
        {"verdict": "proved", "order": 0},
        {"verdict": "proved", "order": "some"},
        {"verdict": "undecided"},
        {"verdict": True},
    ):
        assert verdict(put(document, ("claim", "assumption_2"), claim)) == "reject"
    for start in (4, 3, 1, 0, -1, 1001, True, "all"):
        path = ("evidence", "assumption_2", "from")
        assert verdict(put(forge.local_minimum_all(), path, start)) == "reject"
