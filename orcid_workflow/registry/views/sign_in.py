"""The sign-in site: authorise, sign in, make an iD, say yes or no, sign out. No JavaScript anywhere."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from .. import authorization, orcid_id, sessions, tokens
from ..forms import RegistrationForm, SignInForm
from ..models import Person


class ToClient(HttpResponseRedirect):
    """A redirect to a client's address, whatever its host."""


def _back(address: str) -> HttpResponse:
    return ToClient(address)


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """``/oauth/authorize``: send the person on to sign in, ask for consent, or answer at once."""
    try:
        asked = authorization.read(request)
    except authorization.BadRequest as error:
        return render(request, "registry/problem.html", {"problem": str(error)}, status=400)
    except authorization.SendBack as error:
        return _back(error.address)
    me = sessions.current(request)
    if request.method == "POST" and me:
        if request.POST.get("decision") != "allow":
            return _back(asked.denied())
        return _back(asked.allowed(_code(request, asked, me)))
    return _decide(request, asked, me)


def _decide(
    request: HttpRequest, asked: authorization.AuthorizationRequest, me: Person | None
) -> HttpResponse:
    silent = asked.params.get("prompt") == "none"
    just_signed_in = request.session.pop("fresh", None) == request.META["QUERY_STRING"]
    again = asked.openid and asked.params.get("prompt") == "login" and not just_signed_in
    if me is None or again:
        if silent:
            return _back(f"{asked.redirect_uri}#login_required")
        page = "register" if _wants_registration(asked) else "sign-in"
        return redirect(f"{reverse(page)}?{request.META['QUERY_STRING']}")
    if any(token.scopes == frozenset(asked.scopes) for token in tokens.live(me, asked.client)):
        return _back(asked.allowed(_code(request, asked, me)))
    if silent:
        return _back(f"{asked.redirect_uri}#interaction_required")
    return render(request, "registry/consent.html", {"asked": asked, "query": request.META["QUERY_STRING"]})


def _code(request: HttpRequest, asked: authorization.AuthorizationRequest, me: Person) -> str:
    nonce = asked.params.get("nonce", "")
    return tokens.new_code(
        asked.client, me, asked.scopes, asked.redirect_uri, nonce, sessions.auth_time(request)
    )


def _wants_registration(asked: authorization.AuthorizationRequest) -> bool:
    show_login = asked.params.get("show_login")
    if show_login in ("true", "false"):
        return show_login == "false"
    orcid = orcid_id.find(asked.params.get("orcid", ""))
    return bool(orcid) and not Person.objects.filter(orcid=orcid).exists()


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """``/signin``: the form; afterwards on to the sign-in request, or to the person's own record."""
    prefill = request.GET.get("orcid") or request.GET.get("email", "")
    form = SignInForm(request.POST or None, initial={"username": prefill})
    if request.method == "POST" and form.is_valid():
        return _continue(request, form.person)
    return _form_page(request, "registry/sign_in.html", form)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """``/register``: make an iD."""
    names = {"given_names": "given_names", "family_name": "family_names", "email": "email"}
    form = RegistrationForm(
        request.POST or None, initial={field: request.GET.get(param, "") for field, param in names.items()}
    )
    if request.method == "POST" and form.is_valid():
        return _continue(request, form.save())
    return _form_page(request, "registry/register.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """``/signout``: end the session of the browser and lead back to the sign-in page."""
    request.session.flush()
    return redirect("sign-in")


def _form_page(request: HttpRequest, template: str, form: SignInForm | RegistrationForm) -> HttpResponse:
    status = 400 if form.is_bound else 200
    context = {
        "form": form,
        "query": request.META["QUERY_STRING"],
        "client": _client(request),
        "language": request.GET.get("lang", ""),
    }
    return render(request, template, context, status=status)


def _client(request: HttpRequest) -> object:
    try:
        return authorization.read(request).client
    except (authorization.BadRequest, authorization.SendBack):
        return None


def _continue(request: HttpRequest, person: Person) -> HttpResponse:
    query = request.META["QUERY_STRING"]
    sessions.sign_in(request, person)
    if "client_id" not in request.GET:
        return redirect("record-page", orcid=person.orcid)
    request.session["fresh"] = query
    return redirect(f"{reverse('authorize')}?{query}")
