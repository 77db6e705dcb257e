"""What tests of the student's pages share: reading a page as a browser does, and sending its form back."""

from copy import deepcopy

from django.test import Client
from django.urls import reverse
from lxml import html


def client_of(user) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def step_url(submission, step: str, query: str = "") -> str:
    """Address of a step."""
    return reverse("submissions:step", args=[submission.uuid, step]) + query


def tasks_url(submission) -> str:
    """Address of the task list."""
    return reverse("submissions:tasks", args=[submission.uuid])


def tree(response):
    """The page's main part, cut out of the page."""
    return deepcopy(html.fromstring(response.content).get_element_by_id("main"))


def words(response) -> str:
    """The words of the page's main part, in one line, with plain spaces."""
    return " ".join(tree(response).text_content().replace("\xa0", " ").split())


def form_data(response, number: int = 0) -> dict[str, str]:
    """What a browser would send for the page's form if nothing was changed, without any button."""
    form = tree(response).forms[number]
    # lxml leaves out text fields without a value; a browser sends them empty.
    data = {field.name: "" for field in form.xpath(".//input[not(@type='radio' or @type='checkbox')]")}
    # The first line end in a text area belongs to the tag (HTML, "the textarea element").
    areas = {area.name for area in form.xpath(".//textarea")}
    data |= {
        name: (value.removeprefix("\n") if name in areas else value)
        .replace("\r\n", "\n")
        .replace("\n", "\r\n")
        for name, value in form.form_values()
    }
    return data


def errors(response) -> list[str]:
    """The lines of the error summary."""
    return [
        " ".join(item.text_content().split())
        for item in tree(response).xpath("//*[contains(@class, 'error-summary')]//li")
    ]


def error_targets(response) -> list[str]:
    """Where the lines of the error summary lead."""
    return tree(response).xpath("//*[contains(@class, 'error-summary')]//li/a/@href")


def state_of(submission) -> dict:
    """Everything a student can type, and the revision, to see whether something changed."""
    from submissions.models import Submission

    submission = Submission.objects.get(pk=submission.pk)
    page, profile = submission.page, submission.profile
    return {
        "page": page.serializable_data()
        | {"latest_revision_created_at": None, "last_published_at": None, "draft_title": page.draft_title},
        "profile": {
            field.name: getattr(profile, field.name) for field in profile._meta.fields if field.name != "id"
        },
        "revision": (page.latest_revision_id, page.latest_revision.created_at),
        "revisions": page.revisions.count(),
    }
