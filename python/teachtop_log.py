"""Writes teachtop's frame log from any trainer: look at it, while it grows, with `teachtop watch FOLDER`.

One file without dependencies beyond NumPy; copy it beside your code.

    log = FrameLog("runs/mine", {"d": 20, "learningRate": 0.05}, teacher=[w1, w2], student=[u1, u2])
    log.frame(step, {"train": 0.1, "eval": 0.2}, hidden_teacher, hidden_student)
    log.done(step)

A log of losses alone has no networks: `FrameLog(folder, experiment)`, `log.frame(step, {"train": 0.1})`. Every line is on
its way to the disk when the call returns: what is killed leaves a whole log, in which `append=True` goes on.

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
    is_list = isinstance(hidden, (list, tuple)) and (len(hidden) == 0 or _array(hidden[0]).ndim == 2)
    layers = hidden if is_list else [hidden]
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
    if isinstance(value, (np.generic, np.ndarray)) or callable(getattr(value, "detach", None)):
        return _finite(_array(value).tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (bool, str, int)) or value is None else str(value)


def _objects(text):
    """What the lines of a log hold, those left out that are damaged."""
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            pass


class FrameLog:
    """The frame log of one run.

    folder: made if need be; it must not have a log yet (FileExistsError), unless with append.
    experiment: settings to show, by the names of teachtop's settings (learningRate, seed, epochs, batchSize ...) or any
        others; widths are read from the networks.
    teacher, student: networks, see above. The student is read again with every frame, so give the module, or a list of
        arrays that are updated in place, or a function that returns the weights. Without both the log has losses alone.
    total_steps: how many there will be, None where that is not known.
    threshold: correlation above which a teacher node counts as specialized.
    append: go on in the folder's log, if it has one, after the trainer has been started again; networks of other shapes
        are refused (ValueError). Where it begins again before the log's end, the log says so, and what came after is left.
    """

    def __init__(self, folder, experiment, teacher=None, student=None, *, title=None, program="teachtop_log.py",
                 variant=None, total_steps=None, frame_every=None, threshold=0.95, precision="float32", append=False):
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
        self._steps = []
        self._turns = []
        self._started = time.monotonic()
        self._steps_per_epoch = experiment.get("stepsPerEpoch")
        self._learning_rate = experiment.get("learningRate")
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "frames.jsonl")
        header = {
            "type": "header", "formatVersion": FORMAT_VERSION, "program": program, "preset": "external",
            "title": title or os.path.basename(os.path.normpath(folder)),
            "experiment": {**_shape_of(teacher_weights, student_weights), **experiment},
            "engine": {"engine": "external", "variant": variant or _variant_of(student), "precision": precision,
                       "threads": 1},
            "frameEvery": frame_every, "totalSteps": total_steps, "threshold": threshold,
            "teacherStrength": [norms.tolist() for norms in self._strength],
            "studentNodes": [len(weight) for weight in student_weights[:-1]],
            "startedAt": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if append else os.O_EXCL), 0o666)
        if os.fstat(self._file).st_size > 0:
            self._take_up(header)
        else:
            self._write(header)

    def frame(self, step, losses, hidden_teacher=None, hidden_student=None, *, epoch=None, learning_rate=None):
        """Writes where the student stands after so many steps, and which teacher nodes it has specialized to or lost.

        losses: {"train": x, "eval": y, "batch": [...]}; "eval" and "batch" (minibatch losses since the last frame) may
            be left out.
        hidden_teacher, hidden_student: see above; left out where the log has losses alone.
        epoch: completed epochs; without it steps over the experiment's stepsPerEpoch.
        """
        step = int(step)
        if step < self.last_step:
            self._go_back(step)
        pairs = [] if hidden_teacher is None else list(zip(_layers(hidden_teacher), _layers(hidden_student)))
        if len(pairs) != len(self._strength):
            raise ValueError(f"hidden activations: got those of {len(pairs)} layers, allowed: {len(self._strength)}")
        weights = self._student_weights()
        for layer, (teacher, student) in enumerate(pairs):
            shapes, nodes = [teacher.shape, student.shape], (len(self._strength[layer]), len(weights[layer]))
            if shapes != [(len(teacher), count) for count in nodes]:
                raise ValueError(f"hidden activations of layer {layer}: got shapes {shapes}, allowed: [samples, {nodes[0]}] "
                                 f"and [samples, {nodes[1]}], as many samples in both")
        matrices = [correlations(*pair) for pair in pairs]
        self._write(self._frame_line(step, losses, pairs, matrices, weights, epoch, learning_rate))
        self._write_events(step, matrices)
        self._steps.append(step)

    def event(self, step, event, **fields):
        """Writes any event of the format, such as "paused", or "diverged" with a summary."""
        self._write({"type": "event", "step": int(step), "event": event, **fields})

    def done(self, step=None):
        """Ends the log: the run has reached its last step."""
        self.event(self.last_step if step is None else step, "done")
        self.close()

    def close(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self._file is not None and error is not None:
            self.event(self.last_step, "stopped", summary=f"{kind.__name__}: {error}"[:200])
        self.close()

    @property
    def last_step(self):
        """Step of the last frame, 0 before there is one."""
        return self._steps[-1] if self._steps else 0

    def _take_up(self, header):
        """Goes on in a log: cuts off a line that was torn, and reads where the run stood."""
        with open(self.path, "rb+") as file:
            whole = file.read()
            end = whole.rfind(b"\n") + 1
            file.truncate(end)
        lines = list(_objects(whole[:end]))
        if not lines:
            self._write(header)
            return
        shapes = [[len(norms) for norms in found["teacherStrength"]] + found["studentNodes"] for found in (lines[0], header)]
        if shapes[0] != shapes[1]:
            raise ValueError(f"{self.path}: is a log of nodes {shapes[0]}, allowed: of {shapes[1]}, or another folder")
        for line in lines[1:]:
            if line["type"] == "frame":
                self._steps.append(line["step"])
                self._started = time.monotonic() - (line["trainingSeconds"] or 0)
            elif line["event"] in ("specialized", "lost"):
                self._turns.append((line["step"], line["layer"], line["teacher"], line["event"] == "specialized"))
            elif line["event"] == "rewound":
                self._forget_after(line["toStep"])
        self.event(self.last_step, "continued")

    def _go_back(self, step):
        """Begins a new branch of the run at the last frame before a step that is behind the log's end."""
        left = self.last_step
        self._forget_after(step - 1)
        self.event(left, "rewound", toStep=self.last_step, summary=f"the trainer goes on from before step {step}")

    def _forget_after(self, step):
        self._steps = [one for one in self._steps if one <= step]
        self._turns = [one for one in self._turns if one[0] <= step]

    def _is_specialized(self, layer, teacher):
        return next((now for _, *node, now in reversed(self._turns) if node == [layer, teacher]), False)

    def _student_weights(self):
        student = self._student
        if student is None:
            return []
        is_function = callable(student) and not callable(getattr(student, "modules", None))
        return _weights(student() if is_function else student)

    def _frame_line(self, step, losses, pairs, matrices, weights, epoch, learning_rate):
        batch = [_array(loss).item() for loss in losses.get("batch", [])]
        seconds = time.monotonic() - self._started
        if epoch is None:
            epoch = step / self._steps_per_epoch if self._steps_per_epoch else 0
        digest = hashlib.sha256(b"".join(np.ascontiguousarray(weight).tobytes() for weight in weights))
        return {
            "type": "frame", "step": step, "epoch": epoch,
            "trainLoss": _array(losses["train"]).item(), "evalLoss": _array(losses.get("eval", losses["train"])).item(),
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
                if is_specialized == self._is_specialized(layer, teacher):
                    continue
                self._turns.append((step, layer, teacher, is_specialized))
                self.event(step, "specialized" if is_specialized else "lost", layer=layer, teacher=teacher,
                           student=best, correlation=row[best], threshold=self._threshold)

    def _write(self, line):
        # One call a line: a reader never sees half of it for longer than that takes.
        rest = (json.dumps(_finite(line), allow_nan=False) + "\n").encode()
        while rest:
            rest = rest[os.write(self._file, rest):]


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
    """What a torch module's Linear layers but the first read for these inputs: the hidden units, whatever makes them.

    The module is evaluated (no dropout, running statistics as they are), on its own device, and left as it was.
    """
    import torch

    layers = [layer for layer in module.modules() if type(layer).__name__ == "Linear"]
    found = {}
    hooks = [layer.register_forward_pre_hook(lambda layer, read: found.update({layer: read[0].detach()}))
             for layer in layers[1:]]
    training = [layer for layer in module.modules() if layer.training]
    try:
        module.eval()
        with torch.no_grad():
            module(inputs.to(next(module.parameters()).device))
    finally:
        for layer in training:
            layer.training = True
        for hook in hooks:
            hook.remove()
    return [found[layer].flatten(0, -2) for layer in layers[1:]]


def LightningCallback(folder, experiment, teacher, student_of, inputs, *, every=100, **options):
    """A callback for Lightning that writes a frame every so many steps and at the end of training.

    teacher: a torch module; student_of: a function from the LightningModule to the student's torch module. Their Linear
    layers are the layers. inputs: evaluation inputs. "train_loss" and "eval_loss" are taken from what the module logs; without
    the first the training loss is what its training_step returns. options: those of FrameLog.
    """
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback

    class Teachtop(Callback):
        _log = None

        def on_train_start(self, trainer, module):
            # Of several processes that train together, one writes.
            if not trainer.is_global_zero:
                return
            total, batches = trainer.estimated_stepping_batches, trainer.num_training_batches
            shown = {"epochs": trainer.max_epochs} if (trainer.max_epochs or -1) > 0 else {}
            if math.isfinite(batches):
                shown["stepsPerEpoch"] = math.ceil(batches / trainer.accumulate_grad_batches)
            settings = {"variant": "lightning", "total_steps": int(total) if math.isfinite(total) else None,
                        "frame_every": every, **options}
            self._log = FrameLog(folder, {**shown, **experiment}, teacher, student_of(module), **settings)
            self._written = None

        def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
            if self._log is None:
                return
            loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
            self._loss = float("nan") if loss is None else loss
            if trainer.global_step % every == 0 and trainer.global_step > 0:
                self._frame(trainer, module)

        def on_train_end(self, trainer, module):
            if self._log is None:
                return
            self._frame(trainer, module)
            self._log.done(trainer.global_step)

        def on_exception(self, trainer, module, exception):
            if self._log is not None:
                self._log.__exit__(type(exception), exception, None)
                self._log = None

        def _frame(self, trainer, module):
            # With accumulated gradients several batches end at a step.
            if self._written == trainer.global_step:
                return
            self._written = trainer.global_step
            metrics = trainer.callback_metrics
            losses = {"train": metrics.get("train_loss", self._loss)}
            if "eval_loss" in metrics:
                losses["eval"] = metrics["eval_loss"]
            student = student_of(module)
            self._log.frame(trainer.global_step, losses, hidden_activations(teacher, inputs),
                            hidden_activations(student, inputs), epoch=trainer.current_epoch,
                            learning_rate=trainer.optimizers[0].param_groups[0]["lr"])

    return Teachtop()


def KerasCallback(folder, experiment, teacher, inputs, **options):
    """A callback for Keras that writes a frame at the end of every epoch, on any backend of Keras.

    teacher: a model; its Dense layers and the student's are the layers, sequential or functional. inputs: evaluation
    inputs. The validation loss, where there is one, is the evaluation loss. options: those of FrameLog.
    """
    import keras

    def dense_of(model):
        return [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]

    def weights_of(model):
        return [keras.ops.convert_to_numpy(layer.kernel).T for layer in dense_of(model)]

    def reader_of(model):
        """What the Dense layers but the first read for the inputs: the hidden units, whatever makes them."""
        read = model.inputs if len(model.inputs) > 1 else model.inputs[0]
        part = keras.Model(read, [layer.input for layer in dense_of(model)[1:]])
        return lambda: [keras.ops.convert_to_numpy(read) for read in part(inputs, training=False)]

    class Teachtop(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            epochs, steps = self.params.get("epochs"), self.params.get("steps")
            settings = {"variant": "keras", "total_steps": epochs * steps if epochs and steps else None,
                        "frame_every": steps, **options}
            self._hidden_of_teacher, self._hidden = reader_of(teacher)(), reader_of(self.model)
            shown = {name: value for name, value in (("epochs", epochs), ("stepsPerEpoch", steps)) if value}
            self._log = FrameLog(folder, {**shown, **experiment}, weights_of(teacher),
                                 lambda: weights_of(self.model), **settings)
            self._step = self._log.last_step

        def on_train_batch_end(self, batch, logs=None):
            self._step += 1

        def on_epoch_end(self, epoch, logs=None):
            logs = logs or {}
            losses = {"train": logs.get("loss", float("nan"))}
            if "val_loss" in logs:
                losses["eval"] = logs["val_loss"]
            rate = keras.ops.convert_to_numpy(self.model.optimizer.learning_rate).item()
            self._log.frame(self._step, losses, self._hidden_of_teacher, self._hidden(), epoch=epoch + 1,
                            learning_rate=rate)

        def on_train_end(self, logs=None):
            self._log.done()

    return Teachtop()
