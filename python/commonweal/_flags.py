"""Options as they are typed: an error names them as Python has them."""

import re

import typer

from commonweal.exceptions import OptionError

__all__ = ["flags", "told"]

# What the command calls by another name than Python, beside the manner of writing it.
_OTHERWISE = {"format": "--format-in", "rules": "--identities", "path": "INPUT", "connection": "INPUT"}
# Values that are typed in another way than in Python: of one option, and of those that are given by name, in JSON.
_WORDS = {"--every": {" or None": ", or all"}}
_JSON = {"True or False": "true or false", " or None": " or null"}
_FIRST = re.compile(r"(\w+)(?: and (\w+))?(\.(?=\w))?")
_WITHIN = re.compile(r"(?<=\boption )`(\w+)`")


def flags(context: typer.Context) -> dict[str, str]:
    """What is typed to set each option of the command, by its name in Python."""
    found = dict(_OTHERWISE)
    for parameter in context.command.params:
        if parameter.param_type_name == "option" and parameter.name:
            found[parameter.name] = max(parameter.opts, key=len)
    # Options by name come after the flags, and hold where both are given.
    for pair in context.params.get("option") or []:
        name, _, _ = pair.partition("=")
        found[name] = f"--option {name}"
    return found


def told(error: Exception, context: typer.Context) -> str:
    """The message of an error, with options as they are typed."""
    typed = flags(context)
    text = _WITHIN.sub(lambda match: typed.get(match[1], match[0]), str(error))
    first = _FIRST.match(text)
    # What another error begins with is a file or a table.
    if first is None or not isinstance(error, OptionError) or first[1] not in typed:
        return text
    names = " and ".join(typed.get(name, name) for name in first.groups()[:2] if name)
    allowed, got, value = text[first.end() :].partition(", got ")
    for python, word in _WORDS.get(typed[first[1]], _JSON).items():
        allowed = allowed.replace(python, word)
    return f"{names}{': ' if first[3] else ''}{allowed}{got}{value}"
