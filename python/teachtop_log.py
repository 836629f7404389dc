"""Writes teachtop's frame log from any trainer: look at it, while it grows, with `teachtop watch FOLDER`.

One file without dependencies beyond NumPy; copy it beside your code.

    log = FrameLog("runs/mine", {"d": 20, "learningRate": 0.05}, teacher=[w1, w2], student=[u1, u2])
    log.frame(step, {"train": 0.1, "eval": 0.2}, hidden_teacher, hidden_student)
    log.done(step)

A log of losses alone has no networks: `FrameLog(folder, experiment)`, `log.frame(step, {"train": 0.1})`.

Networks are given as their weights in the layout of torch.nn.Linear, [out, in], lowest layer first and the linear head
last; or as a torch.nn.Module, whose Linear layers are taken in their order. Hidden activations are arrays [samples,
nodes] over a fixed evaluation set, one for each hidden layer (one array alone stands for a list of one). Arrays of NumPy,
tensors of torch on any device, and nested lists are taken alike.

`LightningCallback` and `KerasCallback` make classes for those two, which must then be installed.
"""
import hashlib
import json
import math
import os
import time
from datetime import datetime, timezone

import numpy as np

FORMAT_VERSION = 1
_VARIANCE_FLOOR = 1e-10


def _array(values):
    """Values as a NumPy array, from wherever they are."""
    for method in ("detach", "cpu"):
        values = getattr(values, method, lambda kept=values: kept)()
    if hasattr(values, "float") and str(getattr(values, "dtype", "")) == "torch.bfloat16":
        values = values.float()
    return np.asarray(values)


def _layers(hidden):
    """Hidden activations as a list of float64 arrays [samples, nodes]."""
    layers = hidden if isinstance(hidden, (list, tuple)) and _array(hidden[0]).ndim == 2 else [hidden]
    return [_array(layer).astype(np.float64, copy=False) for layer in layers]


def _weights(network):
    """Weights [out, in] of a network's linear layers, the head's last."""
    if callable(getattr(network, "modules", None)):
        linear = [module.weight for module in network.modules() if type(module).__name__ == "Linear"]
        return [_array(weight) for weight in linear]
    return [_array(weight) for weight in network]


def _fan_out_norms(weights):
    """Length of each hidden node's fan-out weights, by hidden layer."""
    return [np.linalg.norm(above.astype(np.float64), axis=0) for above in weights[1:]]


def correlations(hidden_teacher, hidden_student):
    """Correlation of hidden nodes over the samples, each centred on its mean: [teacher nodes, student nodes]."""

    def standardized(hidden):
        centred = hidden - hidden.mean(axis=0)
        return centred / np.sqrt(np.square(centred).sum(axis=0) + _VARIANCE_FLOOR)

    return standardized(hidden_teacher).T @ standardized(hidden_student)


def observability(hidden_teacher, hidden_student):
    """For each pair, samples on the rarer side of the teacher node's boundary while the student node is active.

    A string for each teacher node, a character for each student node: "." for none, else a digit q, where the share of
    all samples is from q/20 to (q+1)/20, at most 9.
    """
    active = (hidden_student > 0).astype(np.float64)
    above = (hidden_teacher > 0).astype(np.float64).T @ active
    rarer = np.minimum(above, active.sum(axis=0) - above)
    digits = np.minimum(9, np.floor(20 * rarer / len(hidden_student))).astype(int)
    return ["".join("." if n == 0 else str(q) for n, q in zip(*row)) for row in zip(rarer, digits)]


def _finite(value):
    """A value as JSON has it: numbers that are not finite, which JSON has no word for, become null."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    if isinstance(value, (bool, str, int)) or value is None:
        return value
    if isinstance(value, np.integer):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


class FrameLog:
    """The frame log of one run.

    folder: made if need be; it must not have a log yet (FileExistsError).
    experiment: settings to show, by the names of teachtop's settings (learningRate, seed, epochs, batchSize ...) or any
        others; widths are read from the networks.
    teacher, student: networks, see above. The student is read again with every frame, so give the module, or a list of
        arrays that are updated in place, or a function that returns the weights. Without both the log has losses alone.
    total_steps: how many there will be, None where that is not known.
    threshold: correlation above which a teacher node counts as specialized.
    """

    def __init__(self, folder, experiment, teacher=None, student=None, *, title=None, program="teachtop_log.py",
                 variant=None, total_steps=None, frame_every=None, threshold=0.95, precision="float32"):
        if (teacher is None) != (student is None):
            raise ValueError("got one network, allowed: a teacher and a student, or neither for losses alone")
        self._student = student
        self._threshold = threshold
        teacher_weights = [] if teacher is None else _weights(teacher)
        student_weights = self._student_weights()
        self._strength = _fan_out_norms(teacher_weights)
        if len(student_weights) != len(teacher_weights):
            raise ValueError(f"student: got {len(student_weights)} linear layers, allowed: {len(teacher_weights)}, "
                             "as many as the teacher has")
        self._specialized = [[False] * len(norms) for norms in self._strength]
        self._started = time.monotonic()
        self._last_step = 0
        self._steps_per_epoch = experiment.get("stepsPerEpoch")
        self._learning_rate = experiment.get("learningRate")
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "frames.jsonl")
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
        self._write({
            "type": "header", "formatVersion": FORMAT_VERSION, "program": program, "preset": "external",
            "title": title or os.path.basename(os.path.normpath(folder)),
            "experiment": {**_shape_of(teacher_weights, student_weights), **experiment},
            "engine": {"engine": "external", "variant": variant or _variant_of(student), "precision": precision,
                       "threads": 1},
            "frameEvery": frame_every, "totalSteps": total_steps, "threshold": threshold,
            "teacherStrength": [norms.tolist() for norms in self._strength],
            "studentNodes": [len(weight) for weight in student_weights[:-1]],
            "startedAt": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        })

    def frame(self, step, losses, hidden_teacher=None, hidden_student=None, *, epoch=None, learning_rate=None):
        """Writes where the student stands after so many steps, and which teacher nodes it has specialized to or lost.

        losses: {"train": x, "eval": y, "batch": [...]}; "eval" and "batch" (minibatch losses since the last frame) may
            be left out.
        hidden_teacher, hidden_student: see above; left out where the log has losses alone.
        epoch: completed epochs; without it steps over the experiment's stepsPerEpoch.
        """
        step = int(step)
        pairs = [] if hidden_teacher is None else list(zip(_layers(hidden_teacher), _layers(hidden_student)))
        if len(pairs) != len(self._strength):
            raise ValueError(f"hidden activations: got those of {len(pairs)} layers, allowed: {len(self._strength)}")
        weights = self._student_weights()
        matrices = [correlations(*pair) for pair in pairs]
        self._write(self._frame_line(step, losses, pairs, matrices, weights, epoch, learning_rate))
        self._write_events(step, matrices)
        self._last_step = step

    def event(self, step, event, **fields):
        """Writes any event of the format, such as "paused", or "diverged" with a summary."""
        self._write({"type": "event", "step": int(step), "event": event, **fields})

    def done(self, step=None):
        """Ends the log: the run has reached its last step."""
        self.event(self._last_step if step is None else step, "done")
        self.close()

    def close(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self._file is not None and error is not None:
            self.event(self._last_step, "stopped", summary=f"{kind.__name__}: {error}"[:200])
        self.close()

    def _student_weights(self):
        student = self._student
        if student is None:
            return []
        is_function = callable(student) and not callable(getattr(student, "modules", None))
        return _weights(student() if is_function else student)

    def _frame_line(self, step, losses, pairs, matrices, weights, epoch, learning_rate):
        batch = [float(_array(loss)) for loss in losses.get("batch", [])]
        seconds = time.monotonic() - self._started
        if epoch is None:
            epoch = step / self._steps_per_epoch if self._steps_per_epoch else 0
        digest = hashlib.sha256(b"".join(np.ascontiguousarray(weight).tobytes() for weight in weights))
        return {
            "type": "frame", "step": step, "epoch": epoch,
            "trainLoss": _array(losses["train"]), "evalLoss": _array(losses.get("eval", losses["train"])),
            "batchLoss": {"minimum": min(batch), "mean": sum(batch) / len(batch), "maximum": max(batch)}
            if batch else None,
            "learningRate": self._learning_rate if learning_rate is None else learning_rate,
            "layers": [self._layer_line(*pair, matrix, norms)
                       for pair, matrix, norms in zip(pairs, matrices, _fan_out_norms(weights))],
            "stateHash": digest.hexdigest()[:16],
            "stepsPerSecond": step / seconds if seconds > 0 else 0, "trainingSeconds": seconds,
        }

    @staticmethod
    def _layer_line(teacher, student, matrix, fan_out_norms):
        best = np.where(np.isnan(matrix), -np.inf, matrix).argmax(axis=1)
        return {
            "bestMatchOfTeacher": matrix[np.arange(len(matrix)), best].tolist(),
            "bestStudentOfTeacher": best.tolist(), "fanOutNorm": fan_out_norms.tolist(),
            "correlation": np.round(matrix, 3).tolist(), "observability": observability(teacher, student),
        }

    def _write_events(self, step, matrices):
        for layer, matrix in enumerate(matrices):
            for teacher, row in enumerate(matrix):
                best = int(np.where(np.isnan(row), -np.inf, row).argmax())
                is_specialized = bool(row[best] > self._threshold)
                if is_specialized == self._specialized[layer][teacher]:
                    continue
                self._specialized[layer][teacher] = is_specialized
                self.event(step, "specialized" if is_specialized else "lost", layer=layer, teacher=teacher,
                           student=best, correlation=row[best], threshold=self._threshold)

    def _write(self, line):
        # One call a line: a reader never sees half of it for longer than that takes.
        text = json.dumps(_finite(line), allow_nan=False)
        os.write(self._file, (text + "\n").encode())


def _shape_of(teacher, student):
    """Settings that the networks' shapes say."""
    if not teacher:
        return {}
    inputs, outputs = teacher[0].shape[1], teacher[-1].shape[0]
    nodes, students = [len(weight) for weight in teacher[:-1]], [len(weight) for weight in student[:-1]]
    multi = students[0] / nodes[0]
    if len(nodes) == 1:
        return {"kind": "two-layer", "d": inputs, "m": nodes[0], "n": students[0], "multi": multi, "c": outputs}
    return {"kind": "multi-layer", "d": inputs, "hidden": nodes, "multi": multi, "c": outputs}


def _variant_of(student):
    """The library that trains: the one that a module or its arrays come from."""
    first = student[0] if isinstance(student, (list, tuple)) else student
    module = type(first).__module__.split(".")[0]
    parts = [base.__module__.split(".")[0] for base in type(first).__mro__]
    return next((name for name in ("torch", "numpy", "tensorflow", "jax") if name in [module, *parts]), "Python")


def hidden_activations(module, inputs):
    """Outputs of a torch module's ReLU layers for these inputs, in the order in which they are computed."""
    import torch

    found = []
    relus = [layer for layer in module.modules() if isinstance(layer, torch.nn.ReLU)]
    hooks = [layer.register_forward_hook(lambda _, __, output: found.append(output.detach())) for layer in relus]
    try:
        with torch.no_grad():
            module(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def LightningCallback(folder, experiment, teacher, student_of, inputs, *, every=100, **options):
    """A callback for Lightning that writes a frame every so many steps and at the end of training.

    teacher: a torch module; student_of: a function from the LightningModule to the student's torch module. Both have
    their ReLUs as layers. inputs: evaluation inputs. The module must log "train_loss", and may log "eval_loss".
    """
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback

    class Teachtop(Callback):
        def on_train_start(self, trainer, module):
            total = trainer.estimated_stepping_batches
            self._log = FrameLog(folder, experiment, teacher, student_of(module), variant="lightning",
                                 total_steps=int(total) if math.isfinite(total) else None, frame_every=every, **options)

        def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
            if trainer.global_step % every == 0:
                self._write(trainer, module)

        def on_train_end(self, trainer, module):
            if self._log._last_step != trainer.global_step:
                self._write(trainer, module)
            self._log.done(trainer.global_step)

        def _write(self, trainer, module):
            metrics = trainer.callback_metrics
            losses = {"train": metrics.get("train_loss", float("nan"))}
            if "eval_loss" in metrics:
                losses["eval"] = metrics["eval_loss"]
            student = student_of(module)
            self._log.frame(trainer.global_step, losses, hidden_activations(teacher, inputs),
                            hidden_activations(student, inputs), epoch=trainer.current_epoch,
                            learning_rate=trainer.optimizers[0].param_groups[0]["lr"])

    return Teachtop()


def KerasCallback(folder, experiment, teacher, inputs, **options):
    """A callback for Keras that writes a frame at the end of every epoch. Teacher and student are models of Dense layers.

    inputs: evaluation inputs. The validation loss, where there is one, is the evaluation loss.
    """
    import keras

    def weights_of(model):
        return [np.asarray(layer.kernel).T for layer in model.layers if isinstance(layer, keras.layers.Dense)]

    def hidden_of(model):
        dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
        hidden, values = [], np.asarray(inputs)
        for layer in dense[:-1]:
            values = np.asarray(layer(values))
            hidden.append(values)
        return hidden

    class Teachtop(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            epochs, steps = self.params.get("epochs"), self.params.get("steps")
            total = epochs * steps if epochs and steps else None
            self._log = FrameLog(folder, {**experiment, "stepsPerEpoch": steps}, weights_of(teacher),
                                 lambda: weights_of(self.model), variant="keras", total_steps=total,
                                 frame_every=steps, **options)

        def on_epoch_end(self, epoch, logs=None):
            logs = logs or {}
            losses = {"train": logs.get("loss", float("nan"))}
            if "val_loss" in logs:
                losses["eval"] = logs["val_loss"]
            step = (epoch + 1) * (self.params.get("steps") or 1)
            self._log.frame(step, losses, hidden_of(teacher), hidden_of(self.model), epoch=epoch + 1,
                            learning_rate=float(np.asarray(self.model.optimizer.learning_rate)))

        def on_train_end(self, logs=None):
            self._log.done()

    return Teachtop()
