"""exactland: exact-arithmetic proofs about the loss landscape of wide neural networks.

The names below are imported when they are first used, so that ``import exactland`` is light.

>>> import exactland
>>> exactland.exact("3/4")
3/4
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes its time to load
if TYPE_CHECKING:
    from typing import Any

    from exactland.arithmetic.balls import Balls
    from exactland.arithmetic.enclosures import ENCLOSURES
    from exactland.arithmetic.exact import exact, exact_float
    from exactland.arithmetic.formal import FORMAL
    from exactland.arithmetic.rationals import RATIONALS
    from exactland.arithmetic.symbols import SYMBOLS
    from exactland.certificate.proofs import write_proof
    from exactland.certificate.questions import decide
    from exactland.certificate.writing import (
        canonical_bytes,
        certificate_document,
        write_certificate,
    )
    from exactland.checker.verify import check_file
    from exactland.conditions.assumptions import assumption
    from exactland.conditions.finding import Finding
    from exactland.conditions.ranks import generic_rank_of, matrix_rank, rank
    from exactland.conditions.vanishing import vanishing_identity
    from exactland.errors import ExactlandError, InputError, LimitError, UsageError
    from exactland.functions.activations import Activation, activation
    from exactland.landscape.local_minimum import bad_local_minimum
    from exactland.model.backward import gradients, loss_value
    from exactland.model.chosen_parameters import random_parameters
    from exactland.model.forward import (
        feature_matrix,
        pre_activation_matrix,
        skip_feature_matrix,
    )
    from exactland.model.layer_matrix import layer_map, layer_matrix
    from exactland.model.layers import AveragePooling, Convolution, Dense, MaxPooling
    from exactland.model.network import SequentialNetwork
    from exactland.model.parameters import LayerParameters, SkipParameters
    from exactland.model.patches import conv1d, conv2d, pool1d, pool2d
    from exactland.model.problem import Data, Problem
    from exactland.model.problem_file import load_problem, problem_document, problem_from
    from exactland.model.skip import SkipNetwork, Unit
    from exactland.papers.library import step

#: Where each public name is defined.
_MODULES = {
    "arithmetic.balls": ("Balls",),
    "arithmetic.enclosures": ("ENCLOSURES",),
    "arithmetic.exact": ("exact", "exact_float"),
    "arithmetic.formal": ("FORMAL",),
    "arithmetic.rationals": ("RATIONALS",),
    "arithmetic.symbols": ("SYMBOLS",),
    "certificate.proofs": ("write_proof",),
    "certificate.questions": ("decide",),
    "certificate.writing": ("canonical_bytes", "certificate_document", "write_certificate"),
    "checker.verify": ("check_file",),
    "conditions.assumptions": ("assumption",),
    "conditions.finding": ("Finding",),
    "conditions.vanishing": ("vanishing_identity",),
    "conditions.ranks": ("generic_rank_of", "matrix_rank", "rank"),
    "errors": ("ExactlandError", "InputError", "LimitError", "UsageError"),
    "interface.ipython": ("load_ipython_extension", "unload_ipython_extension"),
    "landscape.local_minimum": ("bad_local_minimum",),
    "functions.activations": ("Activation", "activation"),
    "model.backward": ("gradients", "loss_value"),
    "model.forward": ("feature_matrix", "pre_activation_matrix", "skip_feature_matrix"),
    "model.layer_matrix": ("layer_map", "layer_matrix"),
    "model.layers": ("AveragePooling", "Convolution", "Dense", "MaxPooling"),
    "model.network": ("SequentialNetwork",),
    "model.chosen_parameters": ("random_parameters",),
    "model.parameters": ("LayerParameters", "SkipParameters"),
    "model.patches": ("conv1d", "conv2d", "pool1d", "pool2d"),
    "model.problem": ("Data", "Problem"),
    "model.problem_file": ("load_problem", "problem_document", "problem_from"),
    "model.skip": ("SkipNetwork", "Unit"),
    "papers.library": ("step",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__version__ = "0.1.0"

__all__ = [
    "ENCLOSURES",
    "FORMAL",
    "RATIONALS",
    "SYMBOLS",
    "Activation",
    "AveragePooling",
    "Balls",
    "Convolution",
    "Data",
    "Dense",
    "ExactlandError",
    "Finding",
    "InputError",
    "LayerParameters",
    "LimitError",
    "MaxPooling",
    "Problem",
    "SequentialNetwork",
    "SkipNetwork",
    "SkipParameters",
    "Unit",
    "UsageError",
    "activation",
    "assumption",
    "bad_local_minimum",
    "canonical_bytes",
    "certificate_document",
    "check_file",
    "conv1d",
    "conv2d",
    "decide",
    "exact",
    "exact_float",
    "feature_matrix",
    "generic_rank_of",
    "gradients",
    "layer_map",
    "layer_matrix",
    "load_problem",
    "loss_value",
    "matrix_rank",
    "pool1d",
    "pool2d",
    "pre_activation_matrix",
    "problem_document",
    "problem_from",
    "random_parameters",
    "rank",
    "skip_feature_matrix",
    "step",
    "vanishing_identity",
    "write_certificate",
    "write_proof",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'exactland' has no attribute {name!r}")
    return getattr(import_module(f"exactland.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
