"""A student-teacher run in PyTorch that writes teachtop's frame log; look at it with `teachtop watch FOLDER`.

Run as it stands, the file trains with PyTorch; with --numpy it trains the same networks by hand in NumPy.

    python3 examples/pytorch_log.py FOLDER [--numpy]
"""
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
from teachtop_log import FrameLog, hidden_activations  # noqa: E402

SETTINGS = {"d": 20, "m": 8, "n": 40, "c": 10, "epochs": 60, "stepsPerEpoch": 100, "batchSize": 16,
            "learningRate": 0.05, "seed": 1, "trainSize": 2000, "evalSize": 500, "strengthDecay": 1.5}
STEPS = SETTINGS["epochs"] * SETTINGS["stepsPerEpoch"]


def with_torch(folder):
    import torch
    torch.manual_seed(SETTINGS["seed"])
    torch.set_default_dtype(torch.float64)
    d, m, n, c = (SETTINGS[key] for key in "dmnc")
    teacher, student = (torch.nn.Sequential(torch.nn.Linear(d, nodes), torch.nn.ReLU(), torch.nn.Linear(nodes, c))
                        for nodes in (m, n))
    with torch.no_grad():
        for j in range(m):
            teacher[2].weight[:, j] *= 4 / (j + 1) ** SETTINGS["strengthDecay"]
    x_train, x_eval = torch.randn(SETTINGS["trainSize"], d), torch.randn(SETTINGS["evalSize"], d)
    optimizer = torch.optim.SGD(student.parameters(), lr=SETTINGS["learningRate"])

    def step():
        x = x_train[torch.randint(len(x_train), (SETTINGS["batchSize"],))]
        error = teacher(x).detach() - student(x)
        optimizer.zero_grad()
        (error.square().sum() / (2 * len(x))).backward()
        optimizer.step()
        return error.square().mean().item()

    def losses():
        with torch.no_grad():
            return {name: (teacher(x) - student(x)).square().mean()
                    for name, x in (("train", x_train), ("eval", x_eval))}

    log = FrameLog(folder, SETTINGS, teacher, student, title="A PyTorch loop", precision="float64", total_steps=STEPS,
                   frame_every=SETTINGS["stepsPerEpoch"])
    return log, step, losses, lambda: (hidden_activations(teacher, x_eval), hidden_activations(student, x_eval))


def with_numpy(folder):
    random = np.random.default_rng(SETTINGS["seed"])
    d, m, n, c = (SETTINGS[key] for key in "dmnc")
    decay = (np.arange(m) + 1.0) ** -SETTINGS["strengthDecay"]
    # Weights as [out, in], which is how the log takes them.
    teacher = [random.normal(size=(m, d)) / np.sqrt(d), 2 * random.normal(size=(c, m)) * decay]
    student = [random.normal(size=(n, d)) / np.sqrt(d), random.normal(size=(c, n)) / np.sqrt(n)]
    x_train, x_eval = random.normal(size=(SETTINGS["trainSize"], d)), random.normal(size=(SETTINGS["evalSize"], d))

    def hidden(weights, x):
        return np.maximum(x @ weights[0].T, 0)

    def error(x):
        return hidden(teacher, x) @ teacher[1].T - hidden(student, x) @ student[1].T

    def step():
        x = x_train[random.integers(len(x_train), size=SETTINGS["batchSize"])]
        active, missing = hidden(student, x), error(x)
        delta1 = ((missing @ student[1]) * (active > 0)).T @ x / len(x)
        delta2 = missing.T @ active / len(x)
        student[0] += SETTINGS["learningRate"] * delta1
        student[1] += SETTINGS["learningRate"] * delta2
        return float(np.mean(missing ** 2))

    def losses():
        return {name: np.mean(error(x) ** 2) for name, x in (("train", x_train), ("eval", x_eval))}

    log = FrameLog(folder, SETTINGS, teacher, student, title="A NumPy loop", precision="float64", total_steps=STEPS,
                   frame_every=SETTINGS["stepsPerEpoch"])
    return log, step, losses, lambda: (hidden(teacher, x_eval), hidden(student, x_eval))


def main(folder, numpy):
    log, step, losses, hidden = with_numpy(folder) if numpy else with_torch(folder)
    batch = []
    for done in range(STEPS + 1):
        if done % SETTINGS["stepsPerEpoch"] == 0:
            log.frame(done, {**losses(), "batch": batch}, *hidden())
            batch = []
        if done < STEPS:
            batch.append(step())
    log.done(STEPS)


if __name__ == "__main__":
    main(sys.argv[1], "--numpy" in sys.argv[2:])
