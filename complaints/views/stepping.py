"""What the pages of the steps of a complaint share: the door, whose step it is, the no in words, the way back."""

from datetime import timedelta

from django.contrib import messages
from django.views.generic import FormView

from casework.deadlines.queries import latest_of
from casework.people.permissions import sees_customer_data
from casework.records.evidence_screens import gallery
from casework.rules import Conflict, Forbidden, Refused, reason
from casework.web.screens import Screen, VerbMixin
from casework.web.trying import in_one_piece
from complaints.doors import complaint_for
from complaints.queries import customer_shown

READ_AS_TYPED = 20000
ONE_MINUTE = timedelta(minutes=1)


class StepView(VerbMixin, Screen, FormView):
    """One step of the procedure: GET shows what it is for, POST is its one verb.

    `policy` says whether the case is at this step now. A POST to a case that is not answers 409 and gives back what was
    typed; what the person may not do answers 403; a refusal of the verb itself stands on the form.
    """

    abstract = True
    template_name = "complaints/steps/form.html"
    title = ""
    purpose = ""
    clause = ""
    button = "Guardar"
    danger = False
    confirm = ""
    reads_first = False  # on a telephone the customer's words stand before the form
    clock = None
    policy = None

    def dispatch(self, request, *args, **kwargs):
        """First whether the case may be seen (404), then whether the step is this person's (403)."""
        self.complaint = complaint_for(request.user, kwargs["folio"])
        type(self).permission(request.user)
        self.check_may(request.user)
        return super().dispatch(request, *args, **kwargs)

    def check_may(self, person):
        """What the post allows on this very case; nothing more by default."""

    def why_not(self):
        """Why the case is not at this step, or nothing."""
        return reason(type(self).policy, self.complaint) if type(self).policy else ""

    def post(self, request, *args, **kwargs):
        """The verb, unless the case is elsewhere by now."""
        if why_not := self.why_not():
            return self.elsewhere(why_not)
        return super().post(request, *args, **kwargs)

    def elsewhere(self, why_not):
        """The page as the case is now, with what was typed so that nothing is lost."""
        return self.render_to_response(
            self.get_context_data(why_not=why_not, typed=self.typed(), late=True), status=409
        )

    def typed(self):
        """The texts of the form as they came, each under its label."""
        form = self.get_form()
        texts = [(field.label, self.request.POST.get(name, "")[:READ_AS_TYPED]) for name, field in form.fields.items()]
        return [(label, text) for label, text in texts if label and len(text.split()) > 1]

    def form_valid(self, form):
        """One domain call. Who may not gets 403, somebody faster 409, the rest goes back on the form."""
        try:
            self.result = in_one_piece(self.act, form)
        except Forbidden:
            raise
        except Conflict as no:
            return self.conflict(form, no)
        except Refused as no:
            form.add_error(None, str(no))
            return self.form_invalid(form)
        if message := self.get_success_message():
            messages.success(self.request, message)
        return self.respond()

    def conflict(self, form, no):
        """Somebody changed the same thing meanwhile: the form as typed, with 409."""
        form.add_error(None, str(no))
        response = self.form_invalid(form)
        response.status_code = 409
        return response

    def get_success_url(self):
        """Back to the case."""
        return self.complaint.get_absolute_url()

    def get_context_data(self, **kwargs):
        """The case beside its step."""
        kwargs.setdefault("why_not", self.why_not())
        return super().get_context_data(
            complaint=self.complaint,
            case_file=self.complaint.case_file,
            step=self,
            who=customer_shown(self.complaint.case_file, self.request.user),
            deadline=latest_of(self.complaint.case_file, self.clock) if self.clock else None,
            shows_contact=sees_customer_data(self.request.user),
            gallery=gallery(self.complaint.case_file, self.request.user),
            **kwargs,
        )


def not_before(moment, floor):
    """What was typed to the minute does not come before something of that same minute because of its seconds."""
    if moment is None or moment >= floor or floor - moment.replace(second=0, microsecond=0) >= ONE_MINUTE:
        return moment
    return floor
