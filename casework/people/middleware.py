"""Every page needs a signed-in person unless its view says `public`; a session ends by itself (trust §4)."""

import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

# Pages of django-allauth that whoever is not yet inside must reach; those of our own say `public` on the view.
OPEN_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_trust",
    }
)
SEEN_EVERY = 60
BEGAN = "began"  # when the person signed in, epoch seconds
ENROLLED = "second_factor"  # the person has one
SEEN = "seen"  # the last request, written at most once a minute


class SessionLimits:
    """Half an hour without a request, or ten hours in all, and the session is over."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """End a session that is over; otherwise note that the person is here."""
        if request.user.is_authenticated:
            now = time.time()
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
                messages.warning(request, "Por seguridad su sesión se cerró. Entre de nuevo para seguir donde estaba.")
            elif now - seen >= SEEN_EVERY or SEEN not in request.session:
                request.session[SEEN] = now
        return self.get_response(request)


class SignInRequired:
    """Whoever is not signed in is sent to sign in, and afterwards back to where they were going."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass on; the view decides, see `process_view`."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Let through the signed-in, the public views and the doors of signing in."""
        if request.user.is_authenticated or is_public(view) or request.resolver_match.view_name in OPEN_NAMES:
            return None
        return send_to_sign_in(request)


class SecondFactor:
    """Posts that approve or administer enrol a second factor before anything else (trust §4; never in the demo)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass on; the view decides, see `process_view`."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """To the enrolment, until there is one. That there is one is remembered by the session."""
        person = request.user
        if not person.is_authenticated or not person.has_role(*settings.MFA_REQUIRED_ROLES):
            return None
        name = request.resolver_match.view_name
        if name.startswith(("mfa_", "account_")) or is_public(view) or request.session.get(ENROLLED):
            return None
        if is_mfa_enabled(person):
            request.session[ENROLLED] = True
            return None
        messages.info(request, "Su puesto necesita un segundo paso para entrar. Actívelo aquí; toma un minuto.")
        return redirect("mfa_index")


def is_public(view):
    """Whether a view (a function or a class) says of itself that anyone may open it."""
    return getattr(getattr(view, "view_class", view), "public", False) is True


def send_to_sign_in(request):
    """A page goes to sign-in and comes back; a fragment takes its page along; data answers 401 in words."""
    login_url = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        back = _path_of(request.headers.get("HX-Current-URL", ""), request)
        return HttpResponse(status=401, headers={"HX-Redirect": f"{login_url}?{urlencode({'next': back})}"})
    if (
        "text/html" not in request.headers.get("Accept", "text/html")
        and "application/json" in request.headers["Accept"]
    ):
        return JsonResponse({"error": "Su sesión terminó. Entre de nuevo."}, status=401)
    return redirect_to_login(request.get_full_path(), login_url)


def _path_of(url, request):
    """The path of a page of ours; the home page for anything else."""
    origin = f"{request.scheme}://{request.get_host()}"
    return url.removeprefix(origin) if url.startswith(f"{origin}/") else "/"
