"""Addresses of the app; the host includes them at ``/orcid/``."""

from django.urls import path

from .pages import own_pages, views, webhook_views
from .visits import choices, receipts, sign_in

app_name = "orcid"

urlpatterns = [
    path("", own_pages.home, name="home"),
    path("connect/", views.connect, name="connect"),
    path("connect/again/", views.connect_again, name="again"),
    path("callback/", views.callback, name="callback"),
    path("connected/", views.connected, name="connected"),
    path("choose/", choices.choose, name="choose"),
    path("sign-in/", sign_in.page, name="sign_in"),
    path("receipts/<uuid:key>/", receipts.page, name="receipt"),
    path("disconnect/", views.disconnect, name="disconnect"),
    path("refresh/", views.refresh, name="refresh"),
    path("hook/<slug:key>/", webhook_views.hook, name="hook"),
    path("history/", own_pages.history, name="history"),
    path("mode/", own_pages.mode, name="mode"),
    path("pause/", own_pages.pause, name="pause"),
    path("go-on/", own_pages.resume, name="resume"),
    path("items/<int:pk>/", own_pages.item, name="item"),
    path("items/<int:pk>/<slug:name>/", own_pages.act, name="act"),
]
