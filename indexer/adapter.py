"""Fits the published model to this field by a low-rank adapter, learned from the questions that people ask.

Each linear layer's weight W becomes W + BA (LoRA, Hu et al. 2021, arXiv:2106.09685), with B and A of rank `RANK`; the
file holds A and B alone, so the published weights stay what they are. It is learned together with the points of
each record, as `indexer.points` then learns them for good. `python -m indexer.adapter` learns it anew.
"""

import math
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.loader import load_corpus
from indexer.models import ADAPTER

if TYPE_CHECKING:
    from indexer.points import Example, Examples

RANK = 16
#: BA is scaled by this, so that the learning rate suits any rank.
SCALE = 2.0
SEED = 7
EPOCHS = 3
BATCH = 64
LEARNING_RATE, POINT_RATE = 5e-4, 2e-3
#: Steps until the rates are full; then they fall to so small a share.
RISE, LEAST = 40, 0.05
#: Few questions are gone through more often, until there are so many steps.
FEWEST = 120
#: Tokens of a question and of a text; fixed, since the CPU's kernels are made anew for each new shape.
QUESTION_TOKENS, TEXT_TOKENS = 32, 64
#: Cosines are multiplied by this before the softmax over a batch, which counts so much beside that over the points; so
#: much counts the logistic of each point, too.
SHARPNESS, SHARE = 20.0, 0.5
#: Taken off before that logistic; more than for good, lest points that have learned nothing yet drown all else.
RARITY = 16.0
#: How often a question is drawn to another question with the same answer, and to a part of its answer's text.
TO_QUESTION, TO_PART = 0.4, 0.35


def apply_adapter(model: Any, path: Path) -> None:
    """Add the adapter to the linear layers of a transformer."""
    from safetensors.torch import load_file

    learned = load_file(path)
    for name, layer in model.named_modules():
        if f"{name}.a" in learned:
            layer.weight.data += SCALE * learned[f"{name}.b"].float() @ learned[f"{name}.a"].float()


def main() -> None:
    """Learn the adapter from the whole corpus and put it in place."""
    from indexer.points import examples_of

    aside = ADAPTER.with_suffix(".new")
    learn(examples_of(load_corpus()), aside, lambda line: print(f"  {line}", file=sys.stderr, flush=True))
    os.replace(aside, ADAPTER)


def learn(examples: "Examples", path: Path, progress: Callable[[str], None]) -> None:
    """Learn an adapter from questions and the documents that answer them, and write it.

    40,000 questions take forty minutes on two cores; of fewer, `FEWEST` steps take five minutes.
    """
    import torch
    from safetensors.torch import save_file

    from indexer.encoder import TransformerEncoder
    from indexer.points import SHARPNESS as POINT_SHARPNESS
    from indexer.points import STEEPNESS, embed, logistic_losses, mean_points, softmax_loss

    random.seed(SEED)
    torch.manual_seed(SEED)
    encoder = TransformerEncoder(adapter=None)
    progress(f"embedding {len(examples.questions) + len(examples.documents)} texts as the published model does")
    start = mean_points(examples, embed(examples, encoder))
    elsewhere, edition = torch.tensor(examples.elsewhere()), examples.editions.index
    transformer = encoder.model[0]
    layers = _add_layers(transformer.auto_model)
    best, among = (torch.tensor(start, requires_grad=True) for _ in range(2))
    learned = [matrix for layer in layers.values() for matrix in (layer.a, layer.b)]
    optimiser = torch.optim.AdamW(
        [{"params": learned, "weight_decay": 0.01}, {"params": [best, among], "weight_decay": 0.0}], lr=LEARNING_RATE
    )
    steps = max(FEWEST, int(len(examples.questions) * EPOCHS / BATCH))
    for step, drawn in zip(range(steps), _batches(examples.questions), strict=False):
        # A question that several answer is drawn to one of them each time it comes.
        batch = [(one.question, random.choice(one.numbers)) for one in drawn]
        share = min(1, step / RISE) * max(LEAST, 1 - step / steps)
        for group, rate in zip(optimiser.param_groups, (LEARNING_RATE, POINT_RATE), strict=True):
            group["lr"] = rate * share
        pairs = [(question, examples.documents[label]) for question, label in batch if label < len(examples.documents)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            questions = _encode(transformer, [question for question, _ in batch], QUESTION_TOKENS).float()
            texts = _encode(transformer, [_counterpart(*pair) for pair in pairs], TEXT_TOKENS).float()
        labels = torch.tensor([label for _, label in batch])
        answered = labels < len(examples.documents)
        other = elsewhere[[edition(one.edition) for one in drawn]]
        shares, wanted = torch.zeros(2, len(batch), len(best))
        for row, (one, label) in enumerate(zip(drawn, labels.tolist(), strict=True)):
            shares[row, label] = 1
            wanted[row, list(one.numbers)] = 1
        loss = softmax_loss(questions @ best.t() * POINT_SHARPNESS, shares, other)
        logits = questions @ among.t() * STEEPNESS - RARITY
        loss = loss + SHARE * logistic_losses(logits, wanted, other).mean()
        loss = loss + SHARE * _told_apart(questions[answered] @ texts.t() * SHARPNESS, pairs)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        if step % 10 == 0:
            progress(f"step {step} of {steps}: loss {loss.item():.3f}")
    save_file(
        {
            f"{name}.{letter}": getattr(layer, letter).detach().half().contiguous()
            for name, layer in layers.items()
            for letter in "ab"
        },
        path,
    )


def _told_apart(likeness: Any, pairs: list[tuple[str, Any]]) -> Any:
    """How badly each question finds its own text among those of the batch, and each text its question."""
    import torch

    # What answers another question of the batch may answer this one too, or may stand in another edition, and is then
    # no wrong answer.
    also = torch.tensor(
        [[question in one.asked or one.edition != own.edition for _, one in pairs] for question, own in pairs]
    )
    likeness = likeness.masked_fill(also & ~torch.eye(len(pairs), dtype=torch.bool), -1e4)
    right = torch.arange(len(pairs))
    there, back = (torch.nn.functional.cross_entropy(one, right) for one in (likeness, likeness.t()))
    return there + 0.5 * back


def _add_layers(model: Any) -> dict[str, Any]:
    """Put an adapter on each linear layer, whose own weight stays as it is."""
    import torch

    class Adapted(torch.nn.Module):
        def __init__(self, base: Any) -> None:
            super().__init__()
            self.base = base
            self.a = torch.nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
            self.b = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

        def forward(self, given: Any) -> Any:
            return self.base(given) + SCALE * (given @ self.a.t()) @ self.b.t()

    model.requires_grad_(False)
    linear = {name: layer for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear)}
    layers = {name: Adapted(layer) for name, layer in linear.items()}
    for name, layer in layers.items():
        holder, _, last = name.rpartition(".")
        setattr(model.get_submodule(holder), last, layer)
    return layers


def _batches(questions: list["Example"]) -> Iterator[list["Example"]]:
    """Batches without end, each question once before any comes again."""
    left: list[Example] = []
    while True:
        while len(left) < BATCH:
            left = random.sample(questions, len(questions)) + left
        yield [left.pop() for _ in range(BATCH)]


def _counterpart(question: str, document: Any) -> str:
    """What the question is drawn to: another question, a part of the text or the text."""
    others = [one for one in document.asked if one != question]
    drawn = random.random()
    if others and drawn < TO_QUESTION:
        return str(random.choice(others))
    if document.parts and drawn < TO_QUESTION + TO_PART:
        return str(random.choice(document.parts))
    return str(document.text)


def _encode(transformer: Any, texts: list[str], tokens: int) -> Any:
    """Unit vectors by mean pooling, shape (texts, dimensions)."""
    import torch

    encoded = transformer.tokenizer(
        texts, padding="max_length", truncation=True, max_length=tokens, return_tensors="pt"
    )
    hidden = transformer.auto_model(**encoded).last_hidden_state.float()
    mask = encoded["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


if __name__ == "__main__":
    main()
