"""What commonweal raises.

Every error is a `CommonwealError`, hence a `ValueError`, and says what was asked, what was found and what would be
right.
"""

__all__ = ["CommonwealError", "DeclinedError", "OptionError", "SchemaError", "SourceError", "StateError"]


class CommonwealError(ValueError):
    """Any error that commonweal raises on purpose."""


class SchemaError(CommonwealError):
    """The events, members or affiliations break the contract; the message lists every fault found."""


class DeclinedError(CommonwealError):
    """The data does not tell what was asked, such as a ceiling that no growth has come near to."""


class OptionError(CommonwealError):
    """An option of a KPI is unknown, or has a value that it cannot take."""


class SourceError(CommonwealError):
    """A file or folder could not be read as an export."""


class StateError(CommonwealError):
    """Bytes that are no tables of this KPI with these options."""
