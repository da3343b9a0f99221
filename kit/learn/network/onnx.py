"""A network in the form ONNX: written, checked against torch, and asked by other engines, which are faster on a CPU."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.onnx.symbolic_helper import parse_args

from kit.errors import KitError, one_line
from kit.files import atomic_path, file_sha256, fingerprint, read_record, write_record
from kit.images.rows import PixelRows
from kit.learn.job import Predict, in_pieces
from kit.learn.model_file import ModelFile
from kit.learn.network.kept import asks_neighbours, kept_model
from kit.learn.network.model import TaskModel
from kit.learn.network.predict import ACTIVATIONS
from kit.recipes.network import Recipe
from kit.schema import Frozen

Engine = Literal["onnx", "openvino"]
OPSET = 17
VERSION = 1
"""It rises whenever the same network is written in another way."""
NEAR = 1e-4
"""How far predictions may be from torch's."""
BATCH = 16
"""Photos that an engine is asked of at a time."""
NEEDED = {"onnx": "onnxruntime", "openvino": "openvino"}
"""The package of each engine."""

View = Callable[[np.ndarray], list[np.ndarray]]
"""(n, channels, height, width) float32 of 0 to 255 -> predictions (n, n_outputs) of each task, in their order."""


class _Written(Frozen):
    """What lies in a cache folder beside a network in ONNX."""

    sha256: str


class _OneView(nn.Module):
    """Pixels of 0 to 255 in, predictions of every task out, in the order of the tasks."""

    def __init__(self, model: TaskModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        said = self.model(pixels)
        return tuple(ACTIVATIONS[self.model.activations[task]](values.float()) for task, values in said.items())


def write_onnx(file: ModelFile, path: Path) -> float:
    """Write a fold's network for any number of photos; returns how far ONNX Runtime's predictions are from torch's.

    KitError where that is more than NEAR, or where the network has what ONNX has no word for.
    """
    _require("onnx")
    recipe = file.recipe
    if not isinstance(recipe, Recipe):
        raise KitError("a classic learner is no network, and has no form in ONNX", where=file.name)
    if set(asks_neighbours(recipe)) & set(file.outputs):
        told = "a head that asks neighbours has no form in ONNX"
        raise KitError(told, where=file.name, todo="ask it by torch")
    model = _OneView(kept_model(file)).eval()
    drawn = np.random.default_rng(0).integers(0, 256, (BATCH, file.channels, *recipe.size)).astype(np.float32)
    example, names = torch.from_numpy(drawn), list(file.outputs)
    axes = {name: {0: "photos"} for name in ("pixels", *names)}
    settings: dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    words: dict[str, Callable[..., Any]] = {"aten::expm1": _expm1, "aten::logsumexp": _logsumexp}
    for name, word in words.items():
        torch.onnx.register_custom_op_symbolic(name, word, OPSET)
    with atomic_path(path) as temporary, warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # what it says is of the way it takes, not of the result
        try:
            torch.onnx.export(
                model,
                (example,),
                str(temporary),
                input_names=["pixels"],
                output_names=names,
                dynamic_axes=axes,
                opset_version=OPSET,
                **settings,
            )
        except RuntimeError as error:
            told = f"this network cannot be written in ONNX, opset {OPSET} ({one_line(error)})"
            raise KitError(told, where=file.name, todo="ask it by torch") from error
        by_torch = [values.numpy() for values in model(example)]
        far = 0.0
        for n_photos in (BATCH, 3):
            again = open_view("onnx", temporary)(drawn[:n_photos])
            far = max(far, *(float(np.abs(a[:n_photos] - b).max()) for a, b in zip(by_torch, again, strict=True)))
        if not far <= NEAR:
            raise KitError(f"ONNX Runtime's predictions are off by {far:.2g} from torch's", where=file.name)
    return far


def _expm1(graph: Any, exponent: Any) -> Any:
    """exp(x) - 1, for which ONNX has no word; what digits it loses is in what is checked."""
    return graph.op("Sub", graph.op("Exp", exponent), graph.op("Constant", value_t=torch.tensor(1.0)))


@parse_args("v", "is", "b")
def _logsumexp(graph: Any, values: Any, axes: list[int], keep: bool) -> Any:
    """Without ONNX's ReduceLogSumExp, of which OpenVINO 2026.4 loses the axes."""
    along = graph.op("Constant", value_t=torch.tensor(axes))
    most = graph.op("ReduceMax", values, axes_i=axes, keepdims_i=1)
    sums = graph.op("ReduceSum", graph.op("Exp", graph.op("Sub", values, most)), along, keepdims_i=1)
    whole = graph.op("Add", graph.op("Log", sums), most)
    return whole if keep else graph.op("Squeeze", whole, along)


def kept_onnx(engine: Engine, file: ModelFile, folder: Path) -> Path:
    """The form of a network in ONNX, written into a cache folder where it is not there whole."""
    recipe = file.recipe.model_dump(mode="json")
    made_of = [VERSION, file_sha256(file.path), recipe, list(file.outputs), torch.__version__, OPSET]
    _require(engine)
    path = folder / f"onnx-{fingerprint(made_of)[:16]}.onnx"
    record = path.with_suffix(".json")
    try:
        if read_record(record, _Written).sha256 == file_sha256(path):
            return path
    except KitError:  # one of them is not there, or damaged
        pass
    write_onnx(file, path)
    write_record(record, _Written(sha256=file_sha256(path)))
    return path


def open_view(engine: Engine, path: Path) -> View:
    """What an engine says of a model in ONNX; KitError where it cannot take this one."""
    _require(engine)
    try:
        return _ENGINES[engine](path)
    except Exception as error:  # each engine has errors of its own
        told = f"{NEEDED[engine]} cannot take this network ({one_line(error)})"
        raise KitError(told, where=path, todo="predict by '--engine torch'") from error


def _onnx_runtime(path: Path) -> View:
    runtime: Any = import_module("onnxruntime")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(None, {"pixels": pixels})


def _openvino(path: Path) -> View:
    core: Any = import_module("openvino").Core()
    compiled = core.compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda pixels: list(compiled(pixels).to_tuple())


_ENGINES: dict[Engine, Callable[[Path], View]] = {"onnx": _onnx_runtime, "openvino": _openvino}


def engine_predict(engine: Engine, file: ModelFile, path: Path) -> Predict:
    """The inference pass of a model in ONNX, with its mirror images where the recipe wants them."""
    view, flip = open_view(engine, path), file.recipe.tta == "flip"

    def said(array: PixelRows, rows: np.ndarray) -> dict[str, np.ndarray]:
        parts: list[list[np.ndarray]] = []
        for start in range(0, len(rows), BATCH):
            pixels = array[rows[start : start + BATCH]].transpose(0, 3, 1, 2).astype(np.float32)
            views = [pixels, np.ascontiguousarray(pixels[..., ::-1])] if flip else [pixels]
            said = [view(np.ascontiguousarray(one)) for one in views]
            parts.append([np.asarray(np.mean(task, axis=0), np.float32) for task in zip(*said, strict=True)])
        whole = [np.concatenate(task) for task in zip(*parts, strict=True)]
        return dict(zip(file.outputs, whole, strict=True))

    return lambda array, rows: in_pieces(partial(said, array), rows, file.kept)


def _require(engine: str) -> None:
    package = NEEDED[engine]
    if find_spec(package) is None:
        raise KitError(f"the package '{package}' is not installed", todo=f"run 'pip install onnx {package}'")
