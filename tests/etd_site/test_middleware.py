"""The content security policy, on real answers of the site."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from etd_site.middleware import ContentSecurityPolicyMiddleware, content_security_policy


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.django_db
def test_a_public_page_allows_nothing_inline_and_nothing_from_elsewhere(client: Client):
    response = client.get("/accounts/login/")
    policy = directives(response.headers["Content-Security-Policy"])
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_a_public_page_keeps_to_its_policy(client: Client):
    page = client.get("/accounts/login/").text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script" not in page
    assert " onclick" not in page
    assert 'href="http' not in page
    assert 'src="http' not in page


@pytest.mark.django_db
def test_a_page_that_is_not_there_has_the_policy_too(client: Client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_admin_may_run_its_inline_scripts_but_no_eval(client: Client):
    policy = directives(client.get("/admin/login/").headers["Content-Security-Policy"])
    assert policy["script-src"] == "'self' 'unsafe-inline'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["object-src"] == "'none'"


@pytest.mark.parametrize("path", ["/adminx/", "/theses/admin/", "/submit/", "/"])
def test_only_the_admin_is_let_off(path):
    assert "unsafe" not in content_security_policy(path)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://orcid.org", "https://orcid.org"),
        ("https://sandbox.orcid.org/", "https://sandbox.orcid.org"),
        ("http://localhost:8001/some/path", "http://localhost:8001"),
    ],
)
def test_a_form_may_lead_to_orcid_and_nowhere_else(settings, base_url, origin):
    settings.ORCID_BASE_URL = base_url
    assert directives(content_security_policy("/submit/"))["form-action"] == f"'self' {origin}"


def test_a_pdf_may_be_shown_by_the_browsers_own_viewer_but_only_framed_by_us():
    policy = directives(content_security_policy("/files/1/", "application/pdf; qs=1"))
    assert policy == {"frame-ancestors": "'self'", "base-uri": "'none'"}


def test_a_view_that_sets_its_own_policy_keeps_it():
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    response = ContentSecurityPolicyMiddleware(lambda request: own)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"
