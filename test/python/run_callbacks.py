"""Runs a callback of python/teachtop_log.py in a host that stands for Lightning or Keras: {"host", "folder"} on standard input.

Neither library is asked for: the hosts have the attributes that the callbacks read, and call the hooks in the order that the
libraries document.
"""
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "python"))
from teachtop_log import KerasCallback, LightningCallback  # noqa: E402

EPOCHS, STEPS = 2, 5
random = np.random.default_rng(1)
inputs = random.normal(size=(30, 4)).astype(np.float32)


def standing_for(name, **members):
    """A module that an import of this name finds."""
    sys.modules[name] = module = ModuleType(name)
    for member, value in members.items():
        setattr(module, member, value)
    return module


def run_lightning(folder):
    import torch

    class Callback:
        def on_train_start(self, trainer, module): pass
        def on_train_epoch_start(self, trainer, module): pass
        def on_train_batch_start(self, trainer, module, batch, batch_idx): pass
        def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx): pass
        def on_train_epoch_end(self, trainer, module): pass
        def on_train_end(self, trainer, module): pass

    standing_for("lightning").pytorch = standing_for("lightning.pytorch", Callback=Callback)

    def network(width):
        return torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.ReLU(), torch.nn.Linear(width, 2))

    x = torch.from_numpy(inputs)
    teacher, module = network(3), SimpleNamespace(student=network(6))
    optimizer = torch.optim.SGD(module.student.parameters(), lr=0.1)
    callback = LightningCallback(folder, {"seed": 1}, teacher, lambda module: module.student, x, every=3)
    trainer = SimpleNamespace(is_global_zero=True, estimated_stepping_batches=EPOCHS * STEPS, num_training_batches=STEPS,
                              accumulate_grad_batches=1, max_epochs=EPOCHS, global_step=0, current_epoch=0,
                              callback_metrics={}, optimizers=[optimizer])
    callback.on_train_start(trainer, module)
    for trainer.current_epoch in range(EPOCHS):
        callback.on_train_epoch_start(trainer, module)
        for index in range(STEPS):
            callback.on_train_batch_start(trainer, module, x, index)
            loss = torch.nn.functional.mse_loss(module.student(x), teacher(x).detach())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            trainer.global_step += 1
            trainer.callback_metrics = {"train_loss": loss.detach(), "eval_loss": 2 * loss.detach()}
            callback.on_train_batch_end(trainer, module, {"loss": loss.detach()}, x, index)
        callback.on_train_epoch_end(trainer, module)
    callback.on_train_end(trainer, module)


def run_keras(folder):
    class Callback:
        def set_params(self, params): self.params = params
        def set_model(self, model): self.model = model
        def on_train_begin(self, logs=None): pass
        def on_epoch_begin(self, epoch, logs=None): pass
        def on_train_batch_end(self, batch, logs=None): pass
        def on_epoch_end(self, epoch, logs=None): pass
        def on_train_end(self, logs=None): pass

    class Dense:
        """Weights [in, out], as Keras has them."""

        def __init__(self, below, above, relu):
            self.kernel, self.relu = random.normal(size=(below, above)), relu

        def __call__(self, values):
            return np.maximum(values @ self.kernel, 0) if self.relu else values @ self.kernel

    def part_of_model(inputs, outputs):
        return lambda values, training: [read(values) for read in outputs]

    standing_for("keras", callbacks=SimpleNamespace(Callback=Callback), layers=SimpleNamespace(Dense=Dense),
                 Model=part_of_model, ops=SimpleNamespace(convert_to_numpy=np.asarray))

    def model(width):
        hidden, head = Dense(4, width, True), Dense(width, 2, False)
        head.input = hidden
        return SimpleNamespace(layers=[hidden, head], inputs=[None],
                               optimizer=SimpleNamespace(learning_rate=np.float32(0.1)))

    student = model(6)
    callback = KerasCallback(folder, {"seed": 1}, model(3), inputs)
    callback.set_params({"epochs": EPOCHS, "steps": STEPS, "verbose": 0})
    callback.set_model(student)
    callback.on_train_begin()
    for epoch in range(EPOCHS):
        callback.on_epoch_begin(epoch)
        for batch in range(STEPS):
            callback.on_train_batch_end(batch)
        student.layers[0].kernel = student.layers[0].kernel + 0.1
        callback.on_epoch_end(epoch, {"loss": 1 / (1 + epoch), "val_loss": 2 / (1 + epoch)})
    callback.on_train_end()


order = json.load(sys.stdin)
{"lightning": run_lightning, "keras": run_keras}[order["host"]](order["folder"])
