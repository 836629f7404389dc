"""A soft committee machine of erf units as a hand-written PyTorch training loop.

Usage: committee_loop.py SPEC float32|float64, SPEC a JSON object {"d", "n", "batch", "samples", "rate"}. Then as loop.py. One
thread; the second layer is fixed at 1, there are no biases, and the targets are computed once.
"""
import json
import math
import sys
import time

import torch

spec, dtype = json.loads(sys.argv[1]), getattr(torch, sys.argv[2])
torch.set_num_threads(1)
torch.set_grad_enabled(False)
torch.set_default_dtype(dtype)
torch.manual_seed(1)
d, batch = spec["d"], spec["batch"]
x, target = torch.randn(spec["samples"], d), torch.randn(spec["samples"], 1)
w = torch.randn(d, spec["n"]) * 0.02
reach, slope = 1 / math.sqrt(2), math.sqrt(2 / math.pi)


def step():
    rows = torch.randint(spec["samples"], (batch,))
    read = x[rows]
    z = read @ w
    error = target[rows].sub_(torch.erf(z * reach).sum(1, keepdim=True))
    gradient = z.square_().mul_(-0.5).exp_().mul_(slope).mul_(error)
    w.addmm_(read.t(), gradient, alpha=spec["rate"] / batch)


print("ready", flush=True)
for line in sys.stdin:
    started = time.process_time()
    for _ in range(int(line)):
        step()
    print(time.process_time() - started, flush=True)
