"""What the reader says of all pieces together."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commonweal.exceptions import SourceError
from commonweal.io import remedy


def add(account: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Takes the account of a piece into that of all."""
    account["kept"] += more["kept"]
    for part in ("refused", "notes"):
        for reason, rows in more[part].items():
            account[part][reason] = account[part].get(reason, 0) + rows


def not_all_refused(path: Path, account: Mapping[str, Any]) -> None:
    """As in `commonweal.read`: a table of which no row could be used was misread."""
    refused = account["refused"]
    if account["kept"] or not refused:
        return
    why = "; ".join(f"{reason} ({rows:,})" for reason, rows in sorted(refused.items()))
    message = f"{path}: none of the {sum(refused.values()):,} rows could be used: {why}"
    raise SourceError(f"{message}. {remedy(refused)}")


def rows(account: Mapping[str, Any], people: Mapping[str, int], again: int) -> list[tuple[str, int, float | None, str]]:
    """The rows of `quality`, with the notes on the members, which are in the account `again` times already."""
    kept, refused = account["kept"], account["refused"]
    read = kept + sum(refused.values())
    told = [("rows read", read), ("rows kept", kept)] if read else []
    told += sorted((f"rows refused: {why}", count) for why, count in refused.items())
    notes = Counter(account["notes"]) + Counter({remark: (1 - again) * count for remark, count in people.items()})
    told += sorted((f"note: {remark}", count) for remark, count in notes.items())
    return [(name, count, count / read if read else None, "by the reader of the source") for name, count in told]
