"""Why a package is not made, in words for the person who wants it."""


class PackageRefused(ValueError):
    """A thesis lacks what its package demands. ``reasons`` are sentences, at least one."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class PackageBroken(Exception):
    """A stored file is gone or is not what was handed in. A package that was begun stays without its end."""
