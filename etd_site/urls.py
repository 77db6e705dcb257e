"""Every address of the site. What Wagtail serves comes last, because it answers every address that is left."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from submissions.outlets.oai.views import oai

from .branding import branding_css
from .campus.views import SignInView
from .health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("branding.css", branding_css, name="branding_css"),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("accounts/campus/", include("etd_site.campus.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("submit/", include("submissions.steps.urls")),
    path("committee/", include("submissions.committee.urls")),
    path("confirm/", include("submissions.imports.urls")),
    path("files/", include("submissions.files.urls")),
    path("oai", oai, name="oai"),
    path("api/", include("submissions.api.urls")),
    path("orcid/", include("orcid_workflow.urls")),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.ETD_DEMO:
    urlpatterns.append(path("demo/", include("etd_site.demo.urls")))
    # In production the web server does this (docs/settings.md); only the public half of the media is served.
    public = settings.STORAGES["default"]["OPTIONS"]["location"]
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": public}))
urlpatterns += [path("", include("submissions.public.urls")), path("", include(wagtail_urls))]
