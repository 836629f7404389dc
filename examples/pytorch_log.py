"""A student-teacher run in PyTorch that writes teachtop's frame log; look at it with `teachtop watch FOLDER`.

The log needs no PyTorch: `LogWriter` and `frame_of` take nested lists. Run as it stands, the file trains with PyTorch;
with --numpy it trains the same networks by hand in NumPy.

    python3 examples/pytorch_log.py FOLDER [--numpy]
"""
import hashlib
import json
import math
import os
import sys
import time
from datetime import datetime, timezone

SETTINGS = {"d": 20, "m": 8, "n": 40, "c": 10, "epochs": 60, "stepsPerEpoch": 100, "batchSize": 16,
            "learningRate": 0.05, "seed": 1, "trainSize": 2000, "evalSize": 500, "strengthDecay": 1.5}


class LogWriter:
    """Appends whole lines to FOLDER/frames.jsonl, the header first."""

    def __init__(self, folder, teacher_strength):
        os.makedirs(folder, exist_ok=True)
        self.file = os.open(os.path.join(folder, "frames.jsonl"), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND)
        steps = SETTINGS["epochs"] * SETTINGS["stepsPerEpoch"]
        self.write({
            "type": "header", "formatVersion": 1, "program": "pytorch_log.py", "preset": "external",
            "title": "A PyTorch loop", "threshold": 0.95, "frameEvery": SETTINGS["stepsPerEpoch"], "totalSteps": steps,
            "experiment": {**SETTINGS, "kind": "two-layer", "multi": SETTINGS["n"] / SETTINGS["m"]},
            "engine": {"engine": "external", "variant": "PyTorch", "precision": "float64", "threads": 1},
            "teacherStrength": [teacher_strength], "studentNodes": [SETTINGS["n"]],
            "startedAt": datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
        })

    def write(self, line):
        # One call a line: a reader never sees half of it for longer than that takes.
        os.write(self.file, (json.dumps(line) + "\n").encode())


def correlations(teacher, student):
    """Mean-centred correlation of hidden units over the evaluation set: [samples][units] each -> [teacher][student]."""

    def standardized(hidden):
        columns = list(zip(*hidden))
        out = []
        for column in columns:
            mean = sum(column) / len(column)
            centred = [value - mean for value in column]
            length = math.sqrt(sum(value * value for value in centred) + 1e-10)
            out.append([value / length for value in centred])
        return out

    t, s = standardized(teacher), standardized(student)
    return [[sum(a * b for a, b in zip(row, column)) for column in s] for row in t]


def observed(teacher, student):
    """A character for each pair: "." or a digit for how many samples show both sides of the teacher's boundary."""
    rows = []
    for j in range(len(teacher[0])):
        row = ""
        for k in range(len(student[0])):
            active = [t[j] > 0 for t, s in zip(teacher, student) if s[k] > 0]
            rarer = min(sum(active), len(active) - sum(active))
            row += "." if rarer == 0 else str(min(9, int(20 * rarer / len(teacher))))
        rows.append(row)
    return rows


def frame_of(step, losses, hidden_teacher, hidden_student, fan_out_norm, weights, seconds):
    """One line: where the student stands after this many steps."""
    correlation = correlations(hidden_teacher, hidden_student)
    best = [max(range(len(row)), key=row.__getitem__) for row in correlation]
    batch = losses["batch"]
    return {
        "type": "frame", "step": step, "epoch": step / SETTINGS["stepsPerEpoch"],
        "trainLoss": losses["train"], "evalLoss": losses["eval"],
        "batchLoss": {"minimum": min(batch), "mean": sum(batch) / len(batch), "maximum": max(batch)} if batch else None,
        "learningRate": SETTINGS["learningRate"],
        "layers": [{
            "bestMatchOfTeacher": [row[k] for row, k in zip(correlation, best)], "bestStudentOfTeacher": best,
            "fanOutNorm": fan_out_norm, "correlation": [[round(value, 3) for value in row] for row in correlation],
            "observability": observed(hidden_teacher, hidden_student),
        }],
        "stateHash": hashlib.sha256(weights).hexdigest()[:16],
        "stepsPerSecond": step / seconds if seconds > 0 else 0, "trainingSeconds": seconds,
    }


def with_torch():
    import torch
    torch.manual_seed(SETTINGS["seed"])
    torch.set_default_dtype(torch.float64)
    d, m, n, c = (SETTINGS[key] for key in "dmnc")
    teacher = [torch.nn.Linear(d, m), torch.nn.Linear(m, c)]
    student = [torch.nn.Linear(d, n), torch.nn.Linear(n, c)]
    with torch.no_grad():
        for j in range(m):
            teacher[1].weight[:, j] *= 4 / (j + 1) ** SETTINGS["strengthDecay"]
    x_train, x_eval = torch.randn(SETTINGS["trainSize"], d), torch.randn(SETTINGS["evalSize"], d)
    optimizer = torch.optim.SGD([p for layer in student for p in layer.parameters()], lr=SETTINGS["learningRate"])

    def run(layers, x):
        hidden = torch.relu(layers[0](x))
        return hidden, layers[1](hidden)

    def step():
        x = x_train[torch.randint(len(x_train), (SETTINGS["batchSize"],))]
        error = run(teacher, x)[1] - run(student, x)[1]
        optimizer.zero_grad()
        (error.square().sum() / (2 * len(x))).backward()
        optimizer.step()
        return error.square().mean().item()

    def evaluate():
        with torch.no_grad():
            loss = {name: (run(teacher, x)[1] - run(student, x)[1]).square().mean().item()
                    for name, x in (("train", x_train), ("eval", x_eval))}
            return (loss, run(teacher, x_eval)[0].tolist(), run(student, x_eval)[0].tolist(),
                    student[1].weight.norm(dim=0).tolist(),
                    b"".join(p.detach().numpy().tobytes() for layer in student for p in layer.parameters()))

    return teacher[1].weight.norm(dim=0).tolist(), step, evaluate


def with_numpy():
    import numpy as np
    random = np.random.default_rng(SETTINGS["seed"])
    d, m, n, c = (SETTINGS[key] for key in "dmnc")
    decay = (np.arange(m) + 1.0) ** -SETTINGS["strengthDecay"]
    teacher = [random.normal(size=(d, m)) / np.sqrt(d), 2 * random.normal(size=(m, c)) * decay[:, None]]
    student = [random.normal(size=(d, n)) / np.sqrt(d), random.normal(size=(n, c)) / np.sqrt(n)]
    x_train, x_eval = random.normal(size=(SETTINGS["trainSize"], d)), random.normal(size=(SETTINGS["evalSize"], d))

    def run(layers, x):
        hidden = np.maximum(x @ layers[0], 0)
        return hidden, hidden @ layers[1]

    def step():
        x = x_train[random.integers(len(x_train), size=SETTINGS["batchSize"])]
        hidden, output = run(student, x)
        error = run(teacher, x)[1] - output
        delta1 = x.T @ ((error @ student[1].T) * (hidden > 0)) / len(x)
        delta2 = hidden.T @ error / len(x)
        student[0] += SETTINGS["learningRate"] * delta1
        student[1] += SETTINGS["learningRate"] * delta2
        return float(np.mean(error ** 2))

    def evaluate():
        loss = {name: float(np.mean((run(teacher, x)[1] - run(student, x)[1]) ** 2))
                for name, x in (("train", x_train), ("eval", x_eval))}
        return (loss, run(teacher, x_eval)[0].tolist(), run(student, x_eval)[0].tolist(),
                np.linalg.norm(student[1], axis=1).tolist(), b"".join(w.tobytes() for w in student))

    return np.linalg.norm(teacher[1], axis=1).tolist(), step, evaluate


def main(folder, numpy):
    strength, step, evaluate = with_numpy() if numpy else with_torch()
    log = LogWriter(folder, strength)
    started = time.monotonic()
    batch, count = [], SETTINGS["epochs"] * SETTINGS["stepsPerEpoch"]
    for done in range(count + 1):
        if done % SETTINGS["stepsPerEpoch"] == 0:
            loss, *rest = evaluate()
            log.write(frame_of(done, {**loss, "batch": batch}, *rest, time.monotonic() - started))
            batch = []
        if done < count:
            batch.append(step())
    log.write({"type": "event", "step": count, "event": "done"})


if __name__ == "__main__":
    main(sys.argv[1], "--numpy" in sys.argv[2:])
