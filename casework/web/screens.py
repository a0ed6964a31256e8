"""The base of every screen: who may open it is declared on the class, or the class does not import."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views import View

from casework.rules import Conflict, Forbidden, Refused
from casework.web.trying import in_one_piece


def ANYONE(person):  # noqa: N802  (reads as a constant where it is declared)
    """Any signed-in person."""


class Screen:
    """Mixin of every view for signed-in people.

    `permission` is a callable: person → None, raising `Forbidden`. It is compulsory: a class without one fails at
    import. What a person may not see answers 404 (the object's door); what the post does not allow answers 403.
    """

    permission = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.permission is None and not cls.__dict__.get("abstract"):
            raise TypeError(f"{cls.__qualname__} declares no permission")

    def dispatch(self, request, *args, **kwargs):
        """Ask the permission, then go on."""
        type(self).permission(request.user)
        return super().dispatch(request, *args, **kwargs)


class PublicScreen:
    """Mixin of the few views that need no account; they say so by name."""

    public = True


def public(view):
    """Mark a function view as open to anyone."""
    view.public = True
    return view


class VerbMixin:
    """A form whose success is one verb of the domain; a refusal becomes an error of the form and keeps what was typed."""

    success_message = ""

    def act(self, form):
        """Call the verb. Returns what `get_success_url` and the message may need."""
        raise TypeError(f"{type(self).__qualname__} has no verb")

    def form_valid(self, form):
        """One domain call; an anticipated no goes back to the person."""
        try:
            self.result = in_one_piece(self.act, form)
        except Refused as no:
            form.add_error(None, str(no))
            response = self.form_invalid(form)
            if isinstance(no, Conflict):  # what was typed is right; it is the case that is elsewhere by now
                response.status_code = 409
            return response
        if message := self.get_success_message():
            messages.success(self.request, message)
        return self.respond()

    def form_invalid(self, form):
        """The form as typed, with what is wrong; 422 so that machines notice as well."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_success_message(self):
        """The sentence of the banner."""
        return self.success_message

    def respond(self):
        """Where to go afterwards."""
        return redirect(self.get_success_url())


class VerbView(Screen, View):
    """A button: one verb, one sentence, and back to the page on which it stands."""

    abstract = True
    http_method_names = ["post", "options"]

    def act(self):
        """Call the verb and return the sentence of the banner."""
        raise TypeError(f"{type(self).__qualname__} has no verb")

    def back(self):
        """The address of the page."""
        raise TypeError(f"{type(self).__qualname__} leads nowhere")

    def post(self, request, *args, **kwargs):
        """Do it, or say why not."""
        try:
            messages.success(request, in_one_piece(self.act))
        except Forbidden:
            raise
        except Refused as no:
            messages.error(request, str(no))
        return redirect(self.back())


def found(queryset, **lookup):
    """The one row a person may see, or 404. Doors of the apps are made with it."""
    try:
        return queryset.get(**lookup)
    except (queryset.model.DoesNotExist, ValueError):
        raise Http404 from None
