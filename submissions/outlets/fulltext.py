"""The words that a public thesis is found by beside its own fields: those of its files, of its people and its place.

Wagtail's index holds one text a page, so what must not be found must not be in it: the words of a closed file come in
on the day it opens (``refresh``), and nothing of a thesis that is not public does. The texts of files are kept by
checksum (``FileText``), read in a child process (``files.words``), after the commit that made the thesis public.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django_tasks import task
from wagtail.search import index

from orcid_workflow.after_commit import after_commit

from .. import visibility
from ..files import words
from ..files.store import open_bytes
from ..models import FileText, Submission, ThesisFile, ThesisPage
from ..permissions import is_embargoed

log = logging.getLogger(__name__)

#: PostgreSQL refuses a tsvector of 1 MB (Text Search Limitations): different words of a thesis stay far below this.
MOST_BYTES = 400_000
LONGEST_WORD = 60  # letters; what is longer is an address, or a language that is written without spaces


#: Parts of words with a sign between them.
_TOGETHER = re.compile(r"\w+(?=[^\w\s]\w)|(?<=\w[^\w\s])\w+")


def other_words(page: ThesisPage) -> str:
    """What else the public record says in words; "" for a thesis that is not public."""
    case = _public_case(page)
    return words_of_record(page, case) if case else ""


def words_of_record(page: ThesisPage, case: Submission) -> str:
    """Title and abstracts in other languages, committee, degree and programme; and names, titles and keywords in plain
    letters where they have others, so that "Sorensen" finds Sørensen. And the parts of what is written together:
    PostgreSQL takes "24/7" for one word.
    """
    parts = [page.translated_title, case.degree.name, case.programme.name, case.programme.department]
    members = [member.name for member in page.committee_members.all()]
    parts += members
    shown = [page.title, page.subtitle, page.author_name, *page.keyword_list, page.translated_title, *members]
    parts += [anyascii(text) for text in shown if not text.isascii()]
    abstracts = [abstract.text for abstract in page.other_abstracts.all()]
    whole = (*shown, page.abstract, *abstracts)
    parts += [part for text in whole for part in _TOGETHER.findall(text)]
    parts += abstracts
    # As the search writes what was typed: letters and their accents in one piece (``files.words.clean``).
    parts += [one for text in whole if (one := unicodedata.normalize("NFKC", text)) != text]
    return "\n".join(filter(None, parts))


def file_words(page: ThesisPage) -> str:
    """Each different word of the files of a public and open thesis once; "" while they are closed to readers."""
    case = _public_case(page)
    if case is None or is_embargoed(case):
        return ""
    sums = [item.sha256 for item in page.files.all()]
    return different_words(FileText.objects.filter(sha256__in=sums).values_list("text", flat=True))


def different_words(texts: Iterable[str]) -> str:
    """The different words of ``texts`` in the order they appear, as many as the index takes, a space between them."""
    seen: dict[str, None] = {}
    room = MOST_BYTES
    for text in texts:
        for found in re.finditer(r"\w+", text):
            # A run without spaces (Chinese, Japanese, Thai) is one word to the index; its beginning at least is kept.
            word = found.group().lower()[:LONGEST_WORD]
            if word in seen:
                continue
            # What PostgreSQL needs for a word: its bytes, and up to eight for where it stands.
            room -= len(word.encode()) + 8
            if room < 0:
                return " ".join(seen)
            seen[word] = None
    return " ".join(seen)


def reindex(submission: Submission) -> None:
    """Write the thesis' entry in the index anew, in the caller's transaction: it must not outlive a closing."""
    index.insert_or_update_object(ThesisPage.objects.get(pk=submission.page_id))


def unread() -> QuerySet[ThesisFile]:
    """The files of public theses, open or closed, that nobody has read yet."""
    public = visibility.public().values("page_id")
    read = FileText.objects.filter(sha256=OuterRef("sha256"))
    return ThesisFile.objects.filter(~Exists(read), page_id__in=public).order_by("pk")


def read_file(item: ThesisFile) -> FileText | None:
    """Read the words of one file and keep them; None when its bytes are not there, which the log says.

    A file that cannot be read is kept with its problem, so that it is tried once and not every day.
    """
    try:
        with open_bytes(item) as pdf:
            found = words.read(pdf)
    except OSError as error:
        log.warning("The words of %s could not be read: %s", item.file.name, error)
        return None
    if found.problem:
        log.warning("%s: %s", item.file.name, found.problem)
    row, _ = FileText.objects.update_or_create(
        sha256=item.sha256, defaults={"text": found.text, "problem": found.problem}
    )
    return row


def read_due(page_id: int | None = None) -> int:
    """Read what is unread, of one page or of all, and let it be found; return how many files. Safe to run twice."""
    due = unread() if page_id is None else unread().filter(page_id=page_id)
    done = 0
    for item in list(due):
        if read_file(item) is None:
            continue
        done += 1
        with transaction.atomic():
            # Under the case's lock, so that a withdrawal or a new embargo comes before or after, never between.
            reindex(Submission.objects.select_for_update().get(page_id=item.page_id))
    return done


def read_after_commit(submission: Submission) -> None:
    """Have a worker read the new files once the present transaction has committed.

    The task is a nudge: without a worker ``manage.py index_files``, and ``refresh_records`` daily, read them.
    """
    if unread().filter(page_id=submission.page_id).exists():
        after_commit(read_page.enqueue, submission.page_id)


@task(backend="orcid", queue_name="orcid")  # the one alias that a worker serves
def read_page(page_id: int) -> None:
    """Read what is unread of one page: the task of a worker."""
    read_due(page_id)


def _public_case(page: ThesisPage) -> Submission | None:
    """The case of a page that the public sees, with degree and programme."""
    cases = visibility.public(Submission.objects.filter(page_id=page.pk))
    return cases.select_related("degree", "programme").first()
