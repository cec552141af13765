"""Turns texts into vectors: sentence-transformers when building, the same model as ONNX when asked."""

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from indexer.adapter import apply_adapter
from indexer.models import ADAPTER, DEFAULT_MODEL, DEFAULT_PACKAGE, DEFAULT_WEIGHTS, HASH_MODEL
from ontology.errors import BuildError

Vectors = npt.NDArray[np.float32]

HASH_DIMENSIONS = 256
CONFIG = "encoder.json"
#: The exported model; its weights lie apart, since they are then mapped instead of read.
GRAPH, WEIGHTS = "model.onnx", "model.weights"

#: Texts are embedded so many at a time, padded to a multiple of so many tokens.
BATCH, LENGTH_STEP = 64, 16


class Encoder(Protocol):
    """Texts in, one unit-length row each out."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimensions), rows of length 1 (or 0 for a text without words)."""
        ...


class HashEncoder:
    """Each word hashed to a direction: no meaning, but fast and the same on every machine."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), HASH_DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0]] += 1.0 if digest[1] % 2 else -1.0
        return unit(vectors)


class OnnxEncoder:
    """The model as exported by `export_encoder`, run with onnxruntime on one thread."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done when exported
        self._session = onnxruntime.InferenceSession(folder / GRAPH, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(config["max_tokens"])
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


class TransformerEncoder:
    """The model as sentence-transformers runs it, the default one with an adapter; needs the extra `build`."""

    def __init__(self, model: str = DEFAULT_MODEL, adapter: Path | None = ADAPTER) -> None:
        from sentence_transformers import SentenceTransformer

        self.source = _packaged_model() if model == DEFAULT_MODEL else model
        try:
            self.model: Any = SentenceTransformer(str(self.source), device="cpu")
        except (OSError, ValueError) as error:
            raise BuildError(
                f"The model {model} cannot be loaded; give the name or folder of a sentence-transformers model."
            ) from error
        if adapter and model == DEFAULT_MODEL:
            apply_adapter(self.model[0].auto_model, adapter)

    def encode(self, texts: Sequence[str]) -> Vectors:
        import torch

        transformer, most = self.model[0], int(self.model.max_seq_length)
        tokens = transformer.tokenizer(list(texts), truncation=True, max_length=most)["input_ids"]
        order = sorted(range(len(texts)), key=lambda number: len(tokens[number]))
        vectors = np.zeros((len(texts), transformer.auto_model.config.hidden_size), dtype=np.float32)
        # Half precision takes half the time where the processor has it and moves no vector by a cosine of 0.0001;
        # lengths are rounded up since its kernels are made anew for each new shape.
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=_has_half_precision()):
            for start in range(0, len(order), BATCH):
                batch = order[start : start + BATCH]
                length = -(-len(tokens[batch[-1]]) // LENGTH_STEP) * LENGTH_STEP
                ids = torch.zeros((len(batch), min(length, most)), dtype=torch.long)
                mask = torch.zeros_like(ids)
                for row, number in enumerate(batch):
                    ids[row, : len(tokens[number])] = torch.tensor(tokens[number])
                    mask[row, : len(tokens[number])] = 1
                hidden = transformer.auto_model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
                kept = mask.unsqueeze(-1).float()
                pooled = (hidden * kept).sum(1) / kept.sum(1)
                vectors[batch] = torch.nn.functional.normalize(pooled, dim=1).numpy()
        return vectors


def building_encoder(model: str, adapter: Path | None = ADAPTER) -> Encoder:
    """The encoder that a build embeds its texts with; raises BuildError when it cannot be had.

    `adapter` fits the default model to this field; without one it is as published.
    """
    if model == HASH_MODEL:
        return HashEncoder()
    if find_spec("sentence_transformers") is None:
        raise BuildError(
            "Building needs sentence-transformers and torch, which are not installed; "
            "install the extra `build` (make run does), or copy a finished build into the data folder."
        )
    return TransformerEncoder(model, adapter)


def export_encoder(encoder: Encoder, folder: Path) -> None:
    """Write into `folder` what `load_encoder` needs: for a transformer its ONNX model, tokenizer and limits."""
    folder.mkdir(parents=True)
    if not isinstance(encoder, TransformerEncoder):
        _write_config(folder, {"kind": HASH_MODEL})
        return
    import warnings

    import torch

    class Sentence(torch.nn.Module):
        """Transformer, mean pooling and normalisation as one graph."""

        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            tokens = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            pooled = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, p=2.0, dim=1)

    transformer = encoder.model[0]
    example = transformer.tokenizer(["an example", "a second, longer example"], padding=True, return_tensors="pt")
    exported = folder / "exported.onnx"
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but the newer one writes this machine's paths into the file.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Sentence(transformer.auto_model).eval(),
            (example["input_ids"], example["attention_mask"]),
            str(exported),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence"],
            dynamic_axes={"input_ids": {0: "text", 1: "token"}, "attention_mask": {0: "text", 1: "token"}},
            opset_version=17,
            dynamo=False,
        )
    _optimise(exported, folder)
    exported.unlink()
    transformer.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    _write_config(folder, {"kind": "onnx", "max_tokens": int(encoder.model.max_seq_length)})


def _optimise(model: Path, folder: Path) -> None:
    """Write a model as onnxruntime would optimise it for any processor, which costs a fifth of a second each time."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def load_encoder(folder: Path) -> Encoder:
    """The query encoder of a build; imports no torch."""
    kind = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["kind"]
    return HashEncoder() if kind == HASH_MODEL else OnnxEncoder(folder)


def unit(vectors: Vectors) -> Vectors:
    """The rows at length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _has_half_precision() -> bool:
    """Whether the processor multiplies in bfloat16 itself; elsewhere it is slower than single precision."""
    import torch

    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _packaged_model() -> Path:
    spec = find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise BuildError(f"The package {DEFAULT_PACKAGE.replace('_', '-')}, which ships the model, is not installed.")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != DEFAULT_WEIGHTS:
        raise BuildError(f"{folder}: the model's weights are not the published ones; reinstall the package.")
    return folder


def _write_config(folder: Path, config: dict[str, object]) -> None:
    (folder / CONFIG).write_text(json.dumps(config, sort_keys=True) + "\n", encoding="utf-8")
