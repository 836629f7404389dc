"""One size of the two-layer experiment as a hand-written training loop, in PyTorch or NumPy.

Usage: loop.py torch|numpy D N C BATCH float32|float64. Then, for every line "STEPS" on standard input, runs that
many steps and prints the seconds they took. One thread; the teacher's outputs are computed once, gradients are
written out by hand (no autograd), and results go into preallocated arrays where the library offers that.
"""
import sys
import time

library, d, n, c, batch, precision = sys.argv[1], *map(int, sys.argv[2:6]), sys.argv[6]
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
    w1, w2 = draw(d + 1, n) * 0.005, draw(n + 1, c) * 0.005
    hidden = torch.ones(batch, n + 1, dtype=dtype)
    z, y, g1 = hidden[:, :n], torch.empty(batch, c, dtype=dtype), torch.empty(batch, n, dtype=dtype)

    def step():
        rows_of_batch = torch.randint(rows, (batch,), generator=generator)
        xb, tb = x[rows_of_batch], target[rows_of_batch]
        z.copy_(torch.mm(xb, w1)).clamp_(min=0)
        torch.mm(hidden, w2, out=y)
        g2 = tb.sub_(y)
        torch.mm(g2, w2[:n].t(), out=g1)
        g1.mul_(z > 0)
        w1.addmm_(xb.t(), g1, alpha=rate / batch)
        w2.addmm_(hidden.t(), g2, alpha=rate / batch)

    return step


def numpy_loop():
    import numpy as np

    random = np.random.default_rng(1)
    draw = lambda *shape: random.standard_normal(shape).astype(precision)
    x = np.hstack([draw(rows, d) * np.asarray(1.5, precision), np.ones((rows, 1), precision)])
    h = np.hstack([np.maximum(x @ draw(d + 1, m), 0), np.ones((rows, 1), precision)])
    target = h @ (draw(m + 1, c) * np.asarray(0.1, precision))
    w1, w2 = draw(d + 1, n) * np.asarray(0.005, precision), draw(n + 1, c) * np.asarray(0.005, precision)
    xb, tb = np.empty((batch, d + 1), precision), np.empty((batch, c), precision)
    hidden, z = np.ones((batch, n + 1), precision), np.empty((batch, n), precision)
    y, g1 = np.empty((batch, c), precision), np.empty((batch, n), precision)
    delta1, delta2 = np.empty_like(w1), np.empty_like(w2)
    scale = np.asarray(rate / batch, precision)

    def step():
        rows_of_batch = random.integers(0, rows, batch)
        np.take(x, rows_of_batch, axis=0, out=xb)
        np.take(target, rows_of_batch, axis=0, out=tb)
        np.matmul(xb, w1, out=z)
        np.maximum(z, 0, out=z)
        hidden[:, :n] = z
        np.matmul(hidden, w2, out=y)
        np.subtract(tb, y, out=tb)
        np.matmul(tb, w2[:n].T, out=g1)
        np.multiply(g1, z > 0, out=g1)
        np.matmul(xb.T, g1, out=delta1)
        np.matmul(hidden.T, tb, out=delta2)
        np.multiply(delta1, scale, out=delta1)
        np.add(w1, delta1, out=w1)
        np.multiply(delta2, scale, out=delta2)
        np.add(w2, delta2, out=w2)

    return step


step = torch_loop() if library == "torch" else numpy_loop()
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    for _ in range(int(line)):
        step()
    print(time.perf_counter() - started, flush=True)
