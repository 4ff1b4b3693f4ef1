"""What a worker raised, raised by the driver."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from commonweal import exceptions

_RAISED = re.compile(r"commonweal\.exceptions\.(\w+): (.*?)(?:\n\s*\n|\n\s+at |\Z)", re.DOTALL)


@contextmanager
def told() -> Iterator[None]:
    """Turns what commonweal said in a worker into the same exception here; all else stays Spark's."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raised = _RAISED.findall(str(error))
        if not raised:
            raise
        name, message = raised[-1]
        raise getattr(exceptions, name, exceptions.CommonwealError)(message.strip()) from error
