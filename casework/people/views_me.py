"""Everyone's own page, and the door by which an invited person comes in."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from casework.links.models import Link
from casework.people import actions
from casework.people.forms import FirstPasswordForm, ShortcutsForm
from casework.people.queries import people
from casework.people.views import role_labels
from casework.web.screens import ANYONE, PublicScreen, Screen, VerbMixin, VerbView

# Holds the token between the link of the letter and the form, whose address then carries nothing.
COOKIE = "__Host-invitation" if settings.HTTPS else "invitation"
COOKIE_LASTS = 60 * 60


class Me(Screen, TemplateView):
    """Mi cuenta."""

    permission = ANYONE
    template_name = "people/me.html"

    def get_context_data(self, **kwargs):
        """The person, and the switch of the shortcuts."""
        person = self.request.user
        return super().get_context_data(**kwargs) | {
            "role_labels": role_labels(person),
            "shortcuts_form": ShortcutsForm(initial={"shortcuts": person.shortcuts}),
        }


class Shortcuts(VerbView):
    """Single-key shortcuts on or off."""

    permission = ANYONE

    def act(self):
        """Keep what was chosen."""
        on = "shortcuts" in self.request.POST
        actions.set_shortcuts(self.request.user, on=on, by=self.request.user, at=timezone.now())
        return "Los atajos de una tecla quedaron activados." if on else "Los atajos de una tecla quedaron desactivados."

    def back(self):
        """Mi cuenta."""
        return reverse("people:me")


class OtherSessions(VerbView):
    """«Cerrar mis otras sesiones»."""

    permission = ANYONE

    def act(self):
        """Every session of this person but this one."""
        ended = actions.end_other_sessions(
            self.request.user, keep=self.request.session.session_key, by=self.request.user, at=timezone.now()
        )
        if not ended:
            return "No había otras sesiones abiertas."
        return "Se cerró otra sesión." if ended == 1 else f"Se cerraron otras {ended} sesiones."

    def back(self):
        """Mi cuenta."""
        return reverse("people:me")


class InvitationLink(PublicScreen, View):
    """The address in the letter: keeps the token in a short cookie and shows the form at an address without it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, token):
        """Nothing is spent by looking, whoever looks (scanners of mail do)."""
        response = redirect("people:accept")
        response.set_cookie(
            COOKIE, token[:100], max_age=COOKIE_LASTS, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
class AcceptInvitation(PublicScreen, VerbMixin, FormView):
    """Choosing the first password. Its address says nothing: with `no-referrer` a browser posts the origin «null» (CSRF)."""

    form_class = FirstPasswordForm
    template_name = "people/accept.html"

    def dispatch(self, request, *args, **kwargs):
        """One same page for a link that is wrong, used, withdrawn or too old."""
        self.link = Link.objects.usable(request.COOKIES.get(COOKIE, ""), purpose=actions.INVITATION, at=timezone.now())
        self.invited = self.link and people().filter(pk=self.link.subject, is_active=True).first()
        if not self.invited:
            return self.render_to_response({"gone": True, "view": self}, status=404)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The validators compare with the person's name."""
        return super().get_form_kwargs() | {"user": self.invited}

    def get_context_data(self, **kwargs):
        """For whom."""
        return super().get_context_data(**kwargs) | {"invited": self.invited}

    def act(self, form):
        """The person's own doing."""
        return actions.accept_invitation(
            self.invited,
            link=self.link,
            password=form.cleaned_data["new_password1"],
            by=self.invited,
            at=timezone.now(),
        )

    def respond(self):
        """To sign in, with what was just chosen."""
        messages.success(self.request, f"Su contraseña quedó guardada. Entre con el usuario {self.invited.username}.")
        response = redirect("account_login")
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
