"""Runs a callback of python/teachtop_log.py in the real Lightning or Keras: {"host", "folder"} on standard input.

Students with batch norm, whose running statistics a look at the hidden units must leave alone; Lightning accumulates
gradients, so that two batches end at each step.
"""
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "python"))
from teachtop_log import KerasCallback, LightningCallback  # noqa: E402

EPOCHS, STEPS, BATCH = 2, 5, 6


def run_lightning(folder):
    import torch
    try:
        import lightning.pytorch as pl
    except ImportError:
        import pytorch_lightning as pl

    def network(width):
        return torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.BatchNorm1d(width), torch.nn.Tanh(),
                                   torch.nn.Linear(width, 2))

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.student = network(6)

        def training_step(self, batch, index):
            return torch.nn.functional.mse_loss(self.student(batch[0]), teacher(batch[0]).detach())

        def validation_step(self, batch, index):
            self.log("eval_loss", torch.nn.functional.mse_loss(self.student(batch[0]), teacher(batch[0])))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    def losses_after(*callbacks):
        pl.seed_everything(1, verbose=False)
        module = Module()
        trainer = pl.Trainer(max_epochs=EPOCHS, accumulate_grad_batches=2, accelerator="cpu", callbacks=list(callbacks),
                             logger=False, enable_checkpointing=False, enable_progress_bar=False,
                             enable_model_summary=False)
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x), batch_size=BATCH // 2)
        trainer.fit(module, loader, loader)
        return {name: values.tolist() for name, values in module.student.state_dict().items()}

    torch.manual_seed(2)
    teacher, x = network(3).eval(), torch.randn(STEPS * BATCH, 4)
    callback = LightningCallback(folder, {"seed": 1}, teacher, lambda module: module.student, x, every=3)
    return losses_after(callback) == losses_after()


def run_keras(folder):
    import keras
    import numpy as np

    def network(width):
        layers = [keras.layers.Dense(width), keras.layers.BatchNormalization(), keras.layers.ReLU(), keras.layers.Dense(2)]
        return keras.Sequential([keras.Input((4,)), *layers])

    def weights_after(*callbacks):
        keras.utils.set_random_seed(1)
        student = network(6)
        student.compile(keras.optimizers.SGD(0.1), "mse")
        student.fit(x, y, BATCH, EPOCHS, verbose=0, shuffle=False, validation_data=(x, y), callbacks=list(callbacks))
        return [values.tolist() for values in student.get_weights()]

    keras.utils.set_random_seed(2)
    teacher, x = network(3), np.random.default_rng(1).normal(size=(STEPS * BATCH, 4)).astype(np.float32)
    y = keras.ops.convert_to_numpy(teacher(x))
    return weights_after(KerasCallback(folder, {"seed": 1}, teacher, x)) == weights_after()


order = json.load(sys.stdin)
print(json.dumps({"isUndisturbed": {"lightning": run_lightning, "keras": run_keras}[order["host"]](order["folder"])}))
