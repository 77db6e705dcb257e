"""Pages that exist in the demo only."""

from django.urls import path

from . import outbox

app_name = "demo"
urlpatterns = [
    path("mail/", outbox.listing, name="mail"),
    path("mail/<str:name>/", outbox.message, name="message"),
]
