"""The version of the installed package."""

from importlib import metadata


def version() -> str:
    """The version, or nothing where the package runs without having been installed."""
    try:
        return metadata.version("commonweal")
    except metadata.PackageNotFoundError:
        return ""
