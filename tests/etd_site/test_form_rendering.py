"""Fields say what they want and what is wrong, to eyes and to screen readers alike."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template.loader import render_to_string
from lxml import html


class Sample(forms.Form):
    title = forms.CharField(
        label="Title", help_text="As on the title page.", error_messages={"required": "Give the title."}
    )
    subtitle = forms.CharField(label="Subtitle", required=False)
    embargo = forms.ChoiceField(
        label="Embargo",
        widget=forms.RadioSelect,
        choices=[("0", "At once"), ("1", "In a year")],
        help_text="When readers may open the file.",
        error_messages={"required": "Choose when readers may open the file."},
    )
    agree = forms.BooleanField(label="I agree", error_messages={"required": "Tick that you agree."})
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("The two dates do not fit together.")


def tree(form: forms.Form) -> html.HtmlElement:
    return html.fromstring(f"<div>{form}</div>")


def test_help_and_fault_are_tied_to_their_control():
    page = tree(Sample({}))
    field = page.get_element_by_id("id_title")
    assert field.get("aria-invalid") == "true"
    described = field.get("aria-describedby").split()
    assert [page.get_element_by_id(name).text_content().strip() for name in described] == [
        "As on the title page.",
        "Error: Give the title.",
    ]


def test_a_group_of_choices_is_a_fieldset_that_is_described():
    page = tree(Sample({}))
    (fieldset,) = page.xpath("//fieldset")
    assert fieldset.xpath("string(legend)").strip() == "Embargo"
    for name in fieldset.get("aria-describedby").split():
        assert page.get_element_by_id(name) is not None
    for choice in fieldset.xpath(".//input"):
        assert fieldset.xpath(f".//label[@for='{choice.get('id')}']")


def test_optional_is_said_and_required_assumed():
    page = tree(Sample())
    labels = {label.get("for"): " ".join(label.text_content().split()) for label in page.xpath("//label")}
    assert labels["id_title"] == "Title"
    assert labels["id_subtitle"] == "Subtitle (optional)"


def test_what_a_draft_may_leave_empty_is_not_called_optional():
    form = Sample()
    form.fields["subtitle"].required_to_submit = True
    assert "(optional)" not in str(form)


def test_a_comment_and_the_source_stand_beside_their_field():
    form = Sample()
    when = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
    form.fields["title"].staff_comments = [{"text": "Spell <it> out.", "author": "Priya", "when": when}]
    form.fields["title"].from_orcid = True
    page = tree(form)
    (holder,) = page.xpath("//input[@id='id_title']/ancestor::div[contains(@class, 'field')][1]")
    said = " ".join(holder.text_content().split())
    assert "Spell <it> out." in said
    assert "Priya, 3 March 2026" in said
    assert "From your ORCID record" in said
    assert "ORCID record" not in " ".join(page.xpath("string(//fieldset)").split())


def test_every_line_of_the_summary_leads_to_a_control_that_exists():
    form = Sample({})
    page = html.fromstring(
        f"<div>{render_to_string('components/error_summary.html', {'form': form})}{form}</div>"
    )
    (summary,) = page.xpath("//*[@class='error-summary']")
    assert summary.get("tabindex") == "-1"
    assert summary.get("autofocus") is not None
    lines = [" ".join(line.text_content().split()) for line in summary.xpath(".//li")]
    assert lines == [
        "The two dates do not fit together.",
        "Give the title.",
        "Choose when readers may open the file.",
        "Tick that you agree.",
    ]
    for link in summary.xpath(".//a"):
        assert page.get_element_by_id(link.get("href").removeprefix("#")).tag == "input"


def test_no_fault_no_summary():
    assert render_to_string("components/error_summary.html", {"form": Sample()}).strip() == ""


def test_the_summary_names_the_faults_of_every_row_of_a_formset():
    rows = forms.formset_factory(Sample, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-title": "A", "form-1-title": ""}
    )
    summary = html.fromstring(render_to_string("components/error_summary.html", {"formset": rows}))
    assert summary.xpath(".//a[@href='#id_form-1-title']")
    assert not summary.xpath(".//a[@href='#id_form-0-title']")


@pytest.mark.parametrize("path", ["base.html", "404.html", "403.html", "500.html", "403_csrf.html"])
def test_pages_of_last_resort_render_without_a_request(path, db):
    page = html.document_fromstring(render_to_string(path, {"user": None}))
    assert page.xpath("//main")
    assert page.get("lang")
