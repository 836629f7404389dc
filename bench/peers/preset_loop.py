"""A multi-layer student with batch norm or 3x3 convolutions as a PyTorch training loop.

Usage: preset_loop.py SPEC float32|float64, SPEC a JSON object {"channels", "side" (1 where dense), "hidden" (units of each
layer), "outputs", "batchNorm", "affine", "batch", "samples", "rate"}. Then as loop.py. One thread; the targets are computed once.
"""
import json
import sys
import time

import torch
from torch import nn

spec, dtype = json.loads(sys.argv[1]), getattr(torch, sys.argv[2])
torch.set_num_threads(1)
torch.set_default_dtype(dtype)
torch.manual_seed(1)
side, below, layers = spec["side"], spec["channels"], []
for units in spec["hidden"]:
    layers.append(nn.Conv2d(below, units, 3) if side > 1 else nn.Linear(below, units))
    layers.append(nn.ReLU(inplace=True))
    if spec["batchNorm"]:
        layers.append(nn.BatchNorm2d(units, affine=spec["affine"]) if side > 1 else nn.BatchNorm1d(units, affine=spec["affine"]))
    side, below = max(1, side - 2), units
model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(below * side * side, spec["outputs"]))
shape = (spec["channels"], spec["side"], spec["side"]) if spec["side"] > 1 else (spec["channels"],)
x = torch.randn(spec["samples"], *shape)
target = torch.randn(spec["samples"], spec["outputs"])
optimizer = torch.optim.SGD(model.parameters(), lr=spec["rate"])


def step():
    rows = torch.randint(spec["samples"], (spec["batch"],))
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[rows]), target[rows]).backward()
    optimizer.step()


print("ready", flush=True)
for line in sys.stdin:
    started = time.process_time()
    for _ in range(int(line)):
        step()
    print(time.process_time() - started, flush=True)
