"""One size of the experiment as a hand-written training loop, in PyTorch or NumPy.

Usage: loop.py torch|numpy INPUTS-HIDDEN-...-OUTPUTS BATCH float32|float64. Then, for every line "STEPS" on standard
input, runs that many steps and prints the processor time they took in seconds. One thread; the teacher's outputs are computed once,
gradients are written out by hand (no autograd), and results go into preallocated arrays where the library offers that.
"""
import sys
import time

library, widths, batch, precision = sys.argv[1], [*map(int, sys.argv[2].split("-"))], int(sys.argv[3]), sys.argv[4]
d, c, hidden = widths[0], widths[-1], widths[1:-1]
top = len(hidden)
m, rows, rate = 10, 10_000, 0.01


def torch_loop():
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    dtype = getattr(torch, precision)
    generator = torch.Generator().manual_seed(1)
    draw = lambda *shape: torch.randn(*shape, generator=generator, dtype=dtype)
    x = torch.cat([draw(rows, d) * 1.5, torch.ones(rows, 1, dtype=dtype)], dim=1)
    h = torch.cat([(x @ draw(d + 1, m)).clamp_(min=0), torch.ones(rows, 1, dtype=dtype)], dim=1)
    target = h @ (draw(m + 1, c) * 0.1)
    w = [draw(i + 1, o) * 0.005 for i, o in zip(widths, widths[1:])]
    read = [None] + [torch.ones(batch, n + 1, dtype=dtype) for n in hidden]
    z = [None] + [units[:, :-1] for units in read[1:]]
    arriving = [None] + [torch.empty(batch, n, dtype=dtype) for n in hidden]
    y = torch.empty(batch, c, dtype=dtype)

    def step():
        rows_of_batch = torch.randint(rows, (batch,), generator=generator)
        read[0], tb = x[rows_of_batch], target[rows_of_batch]
        for l in range(top):
            z[l + 1].copy_(torch.mm(read[l], w[l])).clamp_(min=0)
        torch.mm(read[top], w[top], out=y)
        g = tb.sub_(y)
        for l in range(top, -1, -1):
            if l > 0:
                torch.mm(g, w[l][:-1].t(), out=arriving[l]).mul_(z[l] > 0)
            w[l].addmm_(read[l].t(), g, alpha=rate / batch)
            g = arriving[l]

    return step


def numpy_loop():
    import numpy as np

    random = np.random.default_rng(1)
    draw = lambda *shape: random.standard_normal(shape).astype(precision)
    x = np.hstack([draw(rows, d) * np.asarray(1.5, precision), np.ones((rows, 1), precision)])
    h = np.hstack([np.maximum(x @ draw(d + 1, m), 0), np.ones((rows, 1), precision)])
    target = h @ (draw(m + 1, c) * np.asarray(0.1, precision))
    w = [draw(i + 1, o) * np.asarray(0.005, precision) for i, o in zip(widths, widths[1:])]
    read = [np.empty((batch, d + 1), precision)] + [np.ones((batch, n + 1), precision) for n in hidden]
    z = [None] + [np.empty((batch, n), precision) for n in hidden]
    arriving = [None] + [np.empty((batch, n), precision) for n in hidden]
    tb, y = np.empty((batch, c), precision), np.empty((batch, c), precision)
    delta = [np.empty_like(weights) for weights in w]
    scale = np.asarray(rate / batch, precision)

    def step():
        rows_of_batch = random.integers(0, rows, batch)
        np.take(x, rows_of_batch, axis=0, out=read[0])
        np.take(target, rows_of_batch, axis=0, out=tb)
        for l in range(top):
            np.matmul(read[l], w[l], out=z[l + 1])
            np.maximum(z[l + 1], 0, out=z[l + 1])
            read[l + 1][:, :-1] = z[l + 1]
        np.matmul(read[top], w[top], out=y)
        g = np.subtract(tb, y, out=tb)
        for l in range(top, -1, -1):
            if l > 0:
                np.matmul(g, w[l][:-1].T, out=arriving[l])
                np.multiply(arriving[l], z[l] > 0, out=arriving[l])
            np.matmul(read[l].T, g, out=delta[l])
            np.multiply(delta[l], scale, out=delta[l])
            np.add(w[l], delta[l], out=w[l])
            g = arriving[l]

    return step


step = torch_loop() if library == "torch" else numpy_loop()
print("ready", flush=True)
for line in sys.stdin:
    started = time.process_time()
    for _ in range(int(line)):
        step()
    print(time.process_time() - started, flush=True)
