"""Writes frameworks.json: random networks of PyTorch as problem files, with PyTorch's own outputs.

Needs torch; the tests do not. All numbers are integers of moderate size, or quotients by powers of
2, so that PyTorch's doubles are exact: ``python make_frameworks.py > frameworks.json``.
"""

from __future__ import annotations

import importlib
import json
import random
from fractions import Fraction
from typing import Any

#: Imported by the program only.
torch: Any = None
nn: Any = None

#: A multiple of the sizes of all windows that are averaged over.
MULTIPLE = 5040


def numbers(tensor: Any) -> Any:
    """A tensor as nested lists of integers and "p/q"."""
    if tensor.dim():
        return [numbers(part) for part in tensor]
    value = Fraction(tensor.item())
    return value.numerator if value.denominator == 1 else str(value)


class Case:
    """A network that grows layer by layer, with its document."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.axes = self.random.choice([1, 2, 2])
        self.shape = [self.random.randint(3, 6) for _ in range(self.axes)]
        self.channels = self.random.randint(1, 4)
        self.samples = self.random.randint(1, 2)
        torch.manual_seed(seed)
        size = (self.samples, self.channels, *self.shape)
        self.inputs = self.values = torch.randint(-3, 4, size).double() * MULTIPLE
        self.layers: list[Any] = []
        self.parameters: list[Any] = []

    def each(self, low: int, high: int) -> list[int]:
        return [self.random.randint(low, high) for _ in range(self.axes)]

    def number(self, values: list[int]) -> Any:
        """A list, or the one number that stands for it."""
        return values[0] if len(values) == 1 or (len(set(values)) == 1) else values

    def convolution(self) -> None:
        divisors = [g for g in range(1, self.channels + 1) if self.channels % g == 0]
        groups = self.random.choice(divisors)
        filters = groups * self.random.randint(1, 2)
        size, dilation, stride = self.each(1, 3), self.each(1, 2), self.each(1, 2)
        bias = self.random.choice(["filter", "none"])
        how = self.random.choice(["none", "same", "both", "ends", "circular"])
        shorthand: dict[str, Any] = {"size": self.number(size), "dilation": self.number(dilation)}
        values, padding = self.values, 0
        if how == "circular":
            # A ring: as many windows as neurons, padded behind by what a window reaches over.
            size = [min(s, n) for s, n in zip(size, self.shape, strict=True)]
            dilation = [1] * self.axes
            reach = [r for s in reversed(size) for r in (0, s - 1)]
            values = nn.functional.pad(values, reach, mode="circular")
            shorthand = {"size": self.number(size), "circular": True}
        elif how == "same":
            stride, padding = [1] * self.axes, "same"
            shorthand["padding"] = "same"
        elif how == "both":
            padding = self.each(0, 2)
            shorthand["padding"] = self.number(padding)
        elif how == "ends":
            ends = [(self.random.randint(0, 2), self.random.randint(0, 2)) for _ in self.shape]
            values = nn.functional.pad(values, [e for pair in reversed(ends) for e in pair])
            shorthand["padding"] = [list(pair) for pair in ends]
            if self.axes == 1:
                shorthand["padding"] = list(ends[0])
        shorthand["stride"] = self.number(stride)
        make = nn.Conv2d if self.axes == 2 else nn.Conv1d
        layer = make(
            self.channels, filters, size, stride, padding, dilation, groups, bias == "filter"
        ).double()
        self.fill(layer)
        self.values = layer(values)
        document: dict[str, Any] = {
            "kind": "convolution",
            "patches": {f"conv{self.axes}d": shorthand},
            "filters": filters,
            "bias": bias,
            "activation": "relu",
        }
        if groups > 1:
            depthwise = groups == self.channels and self.random.random() < 0.5
            document["groups"] = "depthwise" if depthwise else groups
        entry = {"W": numbers(layer.weight.reshape(filters, -1).T)}
        if bias == "filter":
            entry["b"] = numbers(layer.bias)
            if self.random.random() < 0.5:
                norm = self.norm(nn.BatchNorm2d if self.axes == 2 else nn.BatchNorm1d, filters)
                entry["batch-norm"] = norm
        self.add(document, entry)
        self.values = self.values.relu()
        self.channels, self.shape = filters, list(self.values.shape[2:])

    def norm(self, make: Any, size: int) -> Any:
        layer = make(size, eps=0.5).double().eval()
        with torch.no_grad():
            layer.weight.copy_(torch.randint(-2, 3, (size,)))
            layer.bias.copy_(torch.randint(-2, 3, (size,)))
            layer.running_mean.copy_(torch.randint(-5, 6, (size,)))
            layer.running_var.copy_(torch.tensor([0.5, 3.5, 15.5])[torch.randint(0, 3, (size,))])
        self.values = layer(self.values)
        return {
            "mean": numbers(layer.running_mean),
            "variance": numbers(layer.running_var),
            "gamma": numbers(layer.weight),
            "beta": numbers(layer.bias),
            "eps": "0.5",
        }

    def pooling(self) -> None:
        size = [min(s, n) for s, n in zip(self.each(1, 3), self.shape, strict=True)]
        padding = [self.random.randint(0, s // 2) for s in size]
        stride, ceil_mode = self.each(1, 3), self.random.random() < 0.5
        average = self.random.random() < 0.6
        shorthand: dict[str, Any] = {
            "size": self.number(size), "padding": self.number(padding), "ceil_mode": ceil_mode,
        }  # fmt: skip
        if self.random.random() < 0.3:
            stride = size
        else:
            shorthand["stride"] = self.number(stride)
        if average:
            counted = self.random.random() < 0.5
            shorthand["count_include_pad"] = counted
            more: dict[str, Any] = {"count_include_pad": counted}
            if self.axes == 2 and self.random.random() < 0.3:
                shorthand["divisor_override"] = more["divisor_override"] = 4
            make: Any = nn.AvgPool2d if self.axes == 2 else nn.AvgPool1d
        else:
            dilation = [
                d if (s - 1) * d < n else 1
                for s, n, d in zip(size, self.shape, self.each(1, 2), strict=True)
            ]
            shorthand["dilation"] = self.number(dilation)
            more = {"dilation": dilation}
            make = nn.MaxPool2d if self.axes == 2 else nn.MaxPool1d
        if self.axes == 1:
            size, stride, padding = size[0], stride[0], padding[0]
            more = {key: v[0] if isinstance(v, list) else v for key, v in more.items()}
        self.values = make(size, stride, padding, ceil_mode=ceil_mode, **more)(self.values)
        kind = "average-pooling" if average else "max-pooling"
        self.add({"kind": kind, "patches": {f"pool{self.axes}d": shorthand}}, None)
        self.shape = list(self.values.shape[2:])

    def dense(self) -> None:
        if self.random.random() < 0.5:
            self.add({"kind": "flatten"}, None)
        self.values = self.values.flatten(1)
        layer = nn.Linear(self.values.shape[1], 2).double()
        self.fill(layer)
        self.values = layer(self.values)
        entry = {"W": numbers(layer.weight.T), "b": numbers(layer.bias)}
        if self.random.random() < 0.5:
            entry["batch-norm"] = self.norm(nn.BatchNorm1d, 2)
        self.add({"kind": "dense", "width": 2}, entry)

    def fill(self, layer: Any) -> None:
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.copy_(torch.randint(-2, 3, parameter.shape))

    def add(self, document: Any, entry: Any) -> None:
        self.layers.append(document)
        self.parameters.append(entry)

    def document(self) -> Any:
        return {
            "format": "exactland-problem/2",
            "data": {"inputs": numbers(self.inputs)},
            "network": {"kind": "sequential", "layers": self.layers},
            "parameters": self.parameters,
        }


def case(seed: int) -> Any:
    made = Case(seed)
    for _ in range(made.random.randint(1, 3)):
        try:
            made.random.choice([made.convolution, made.convolution, made.pooling])()
        except RuntimeError:  # sizes that PyTorch refuses: the layer is left out
            continue
        if made.values.numel() > 300:
            return None
    if made.random.random() < 0.4 and made.values.shape[1:].numel() <= 24:
        made.dense()
    values = made.values.flatten(1)
    exact = values.abs().max() < 2**40 and bool((values * 2**6 == (values * 2**6).round()).all())
    if not made.layers or not exact:
        return None
    return {"problem": made.document(), "outputs": numbers(values)}


if __name__ == "__main__":
    torch = importlib.import_module("torch")
    nn = torch.nn
    found = (case(seed) for seed in range(1000))
    lines = [json.dumps(c, separators=(",", ":")) for c in found if c is not None]
    short = sorted(lines, key=len)[10:360:3]
    print("[\n" + ",\n".join(short) + "\n]")
