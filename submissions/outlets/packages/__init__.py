"""Packages: theses with their files and metadata in one ZIP, for a repository, an archive or ProQuest.

``make`` streams one. What a package carries of a closed thesis is said in ``embargo``.
"""

from .embargo import Kind
from .errors import PackageBroken, PackageRefused
from .make import LABELS, Package, make, offered, problems
from .taken import noting

__all__ = [
    "LABELS",
    "Kind",
    "Package",
    "PackageBroken",
    "PackageRefused",
    "make",
    "noting",
    "offered",
    "problems",
]
