"""Writes one frame log with python/teachtop_log.py from what standard input says: {"library", "folder"}.

Networks of two hidden layers, their activations over some samples; the second frame has a NaN among its losses. Prints
the activations, so that the test can compute everything again.
"""
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "python"))
from teachtop_log import FrameLog, hidden_activations  # noqa: E402

order = json.load(sys.stdin)
random = np.random.default_rng(1)
widths = {"teacher": [4, 3, 5, 2], "student": [4, 6, 7, 2]}
inputs = random.normal(size=(40, 4))
weights = {name: [random.normal(size=(above, below)) for below, above in zip(sizes, sizes[1:])]
           for name, sizes in widths.items()}


def hidden(layers):
    values, found = inputs, []
    for weight in layers[:-1]:
        values = np.maximum(values @ weight.T, 0)
        found.append(values)
    return found


networks, activations = weights, {name: hidden(layers) for name, layers in weights.items()}
if order["library"] == "torch":
    import torch

    def module(layers):
        linear = [torch.nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=torch.float64) for w in layers]
        with torch.no_grad():
            for layer, weight in zip(linear, layers):
                layer.weight.copy_(torch.from_numpy(weight))
        return torch.nn.Sequential(linear[0], torch.nn.ReLU(), linear[1], torch.nn.ReLU(), linear[2])

    networks = {name: module(layers) for name, layers in weights.items()}
    activations = {name: hidden_activations(network, torch.from_numpy(inputs)) for name, network in networks.items()}

log = FrameLog(order["folder"], {"seed": 7}, networks["teacher"], networks["student"], total_steps=100, threshold=0.5)
log.frame(0, {"train": 0.5, "eval": 0.25, "batch": [1.0, 3.0]}, activations["teacher"], activations["student"])
log.frame(100, {"train": float("nan"), "eval": float("inf")}, activations["teacher"], activations["student"])
log.done(100)
print(json.dumps({name: [np.asarray(layer).tolist() for layer in layers] for name, layers in activations.items()}))
