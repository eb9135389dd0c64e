"""Words for the names in claims: cited theorems, conditions, properties, kinds of layers."""

from __future__ import annotations

ANALYTIC_ZEROS, APPROXIMATION, SIZES = "analytic-zeros", "analytic-approximation", "published-sizes"
#: The closed table of cited theorems.
THEOREMS = {
    ANALYTIC_ZEROS: (
        "the zeros of a function that is analytic on R^n and not identically 0 are a null set"
    ),
    APPROXIMATION: (
        "for every continuous f and epsilon > 0 some g analytic on R has |f - g| < epsilon on R"
    ),
    SIZES: "the sizes of the first convolutions of the eight networks of Table 1",
}
CONDITIONS = {
    "wide-layer": "n_{k} >= N.",
    "almost-wide-layer": "n_{k} >= N - 1.",
    "first-and-last-weights": "Layers 1 and {k} are convolutional or dense.",
    "layer-weights": "Layer {k} is convolutional or dense.",
    "weights-up-to-k": "Layers 1 to {k} are convolutional or dense.",
    "parameters": "There are parameters of the layers 1 to {k}.",
    "own-biases": "Every layer with weights has a bias for each neuron.",
    "no-biases": "No layer has biases.",
    "dense": "Every layer is dense.",
    "distinct-samples": "No two samples are equal.",
    "wide-last-hidden-layer": "L >= 2 and n_(L-1) >= N.",
    "first-weights": "Layer 1 is convolutional or dense.",
    "layer-above": "k < L.",
    "linear-above": "The layers above k have weights, and layer L applies no function.",
    "targets": "Every sample has a target for each neuron of layer L.",
    "one-target": "Every sample has one target.",
    "one-output": "Layer L is dense, has one neuron and applies no function.",
}
#: What is said of the activation of a layer or of a unit.
PROPERTIES = {
    "analytic": "is analytic",
    "continuous": "is continuous",
    "non-constant": "is not constant",
    "increasing": "is strictly increasing",
    "bounded": "is bounded",
    "identity": "is the identity",
    "nh18-3.2": "satisfies Assumption 3.2",
    "nh18-3.2-1": "satisfies Assumption 3.2, clause 1",
    "finite-limits": "is continuous, not constant, and has finite limits at both ends",
    "nh17-3.2": "satisfies Assumption 3.2(2)",
    "nmh19-1.1": "is strictly increasing and analytic",
    "nmh19-1.2": "is bounded with limit 0 at -infinity",
    "softplus": "is softplus",
}
