"""django-allauth's adapter: what the accounts may do, and how their letters reach the outbox.

It stands on the roof because the people's room is below the mail's: allauth itself is the staircase between both.
"""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from casework.mail.letters import register
from casework.mail.outbox import owe
from casework.people.accounts import may_sign_in
from casework.text import plain

LETTERS = {"account/email/password_reset_key": "account.reset", "account.invitation": "account.invitation"}
for _letter in LETTERS.values():
    register(_letter, priority=2)  # somebody waits for it in front of the screen
NO_SUCH_ACCOUNT = "account/email/unknown_account"
# A person under attack is slowed down, never locked out (trust §4).
ATTEMPTS_PER_PERSON = {"login_person": "50/h/key"}
DELAY_SECONDS = 1.5

BANNERS = {
    "account/messages/password_changed.txt": "Su contraseña se cambió.",
    "account/messages/password_set.txt": "Su contraseña quedó guardada.",
    "mfa/messages/totp_activated.txt": "La aplicación de códigos quedó activada.",
    "mfa/messages/totp_deactivated.txt": "La aplicación de códigos quedó desactivada.",
    "mfa/messages/recovery_codes_generated.txt": "Se generaron códigos de recuperación nuevos. Los anteriores ya no sirven.",
    "mfa/messages/webauthn_added.txt": "La llave de acceso quedó agregada.",
    "mfa/messages/webauthn_removed.txt": "La llave de acceso quedó eliminada.",
}

WRONG = "El usuario o la contraseña no son correctos."


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; people come by invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Esta cuenta está inactiva.",
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": "Demasiados intentos fallidos. Espere un minuto e inténtelo de nuevo.",
        "rate_limited": "Demasiadas solicitudes. Espere un minuto e inténtelo de nuevo.",
        "enter_current_password": "La contraseña actual no es correcta.",
        "incorrect_password": "La contraseña no es correcta.",
        "incorrect_code": "El código no es correcto o ya se usó.",
        "invalid_password_reset": "El enlace ya no sirve. Pida otro.",
    }

    def is_open_for_signup(self, request):
        """Never."""
        return False

    def pre_login(self, request, user, **kwargs):
        """Refuse the inactive and those past their last day."""
        if not may_sign_in(user, day=timezone.localdate()):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request, **credentials):
        """Five failures a minute by person and address; many in an hour on one person only make each one slower."""
        super().pre_authenticate(request, **credentials)
        if not ratelimit.consume(request, action="login_person", config=ATTEMPTS_PER_PERSON, key=_login(credentials)):
            time.sleep(DELAY_SECONDS)

    def _get_login_attempts_cache_key(self, request, **credentials):
        return f"{_login(credentials)} {self.get_client_ip(request)}"

    def get_password_change_redirect_url(self, request):
        """Back to the person's own page."""
        return reverse("people:me")

    def get_reset_password_from_key_url(self, key):
        """Of SITE_URL, never of the Host that the request names (trust §5 row 28)."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_password_reset_mail(self, user, email, context):
        """To the stored address; who may not sign in is answered like a stranger."""
        if may_sign_in(user, day=timezone.localdate()):
            self.send_mail("account/email/password_reset_key", user.email, context)
        else:
            self.send_mail(NO_SUCH_ACCOUNT, email, context)

    def send_mail(self, template_prefix, email, context):
        """Owe a letter. For an unknown address the same work is done and taken back, so that the time tells nothing."""
        stranger = template_prefix == NO_SUCH_ACCOUNT
        with transaction.atomic():
            owe(
                "account.reset" if stranger else LETTERS[template_prefix],
                key=f"{template_prefix} {get_random_string(22)}",
                to=email,
                context=_facts(context),
                at=timezone.now(),
                person=None if stranger else context.get("user"),
            )
            if stranger:
                transaction.set_rollback(True)

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Only what is news to the person, in our words; signing in and out say it by themselves."""
        sentence = message or BANNERS.get(message_template)
        if sentence:
            messages.add_message(request, level, sentence, extra_tags=extra_tags)


def _login(credentials):
    return plain(credentials.get("username") or credentials.get("email") or "")


def _facts(context):
    """What the templates of letters read; never the request."""
    person = context.get("user")
    return {
        "name": person.first_name if person else "",
        "username": person.get_username() if person else "",
        "url": context.get("password_reset_url") or context.get("url") or f"{settings.SITE_URL}/",
        **{name: context[name] for name in ("invited_by", "expires_at") if name in context},
    }
