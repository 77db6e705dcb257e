"""Where a thesis went: for its author's page and for the case on the staff desk."""

from django import template

from submissions.models import Submission
from submissions.whereabouts import Whereabout, whereabouts

register = template.Library()


@register.simple_tag(name="whereabouts")
def whereabouts_tag(submission: Submission) -> list[Whereabout]:
    """What the author is told of each place."""
    return whereabouts(submission)


@register.inclusion_tag("submissions/review/matrix_lines.html")
def delivery_lines(submission: Submission) -> dict:
    """A line for each place, for the office."""
    from submissions.review.matrix.cells import fill
    from submissions.review.matrix.outlets import PLACE

    [row] = fill([submission])
    cells = [cell for cell in row.cells.values() if cell.outlet.family == PLACE]
    return {"submission": submission, "cells": cells}
