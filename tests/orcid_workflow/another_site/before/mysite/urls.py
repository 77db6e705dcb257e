"""The addresses of the site."""

from django.contrib.auth import views
from django.urls import path

urlpatterns = [path("accounts/login/", views.LoginView.as_view(), name="login")]
