"""That a thesis was taken out as a package, written down when the last byte has left.

What was broken off, by a reader who went away or by a file that is not the one handed in, was not taken. Whether the
last bytes also arrived, no server knows.
"""

from collections.abc import Iterator

from submissions.models import PackageTaken, Submission

from .embargo import Kind
from .make import Package


def noting(package: Package, kind: Kind, by: str = "") -> Iterator[bytes]:
    """The bytes of ``package``; when all were read, a row for each thesis in it. ``by`` is who takes it, in words."""
    yield from package.chunks
    numbers = Submission.objects.filter(uuid__in=package.taken).values_list("pk", flat=True)
    PackageTaken.objects.bulk_create(
        [PackageTaken(submission_id=number, kind=kind.value, taken_by=by[:201]) for number in numbers],
        batch_size=500,
    )
