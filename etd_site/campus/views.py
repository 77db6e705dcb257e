"""The sign-in page, with the university's own sign-in where there is one."""

from django.conf import settings
from django.contrib.auth.views import LoginView


class SignInView(LoginView):
    """Django's sign-in page, which knows about the other ways in."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict:
        """Add ``campus_label`` (the words on the button, empty without single sign-on), and ``campus_refusal``."""
        return {
            **super().get_context_data(**kwargs),
            "campus_label": settings.ETD_OIDC_LABEL if settings.ETD_OIDC_ISSUER else "",
            "campus_refusal": getattr(self.request, "campus_refusal", ""),
            "password_sign_in": settings.ETD_PASSWORD_SIGN_IN,
        }
