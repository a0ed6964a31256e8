"""Files going in and out. What a person may not see answers 404 (trust §5 row 19)."""

from django.http import FileResponse, Http404, JsonResponse
from django.utils import timezone
from django.views import View

from casework.records import evidence as room
from casework.records import shelf
from casework.records.evidence_screens import as_data
from casework.records.filenames import with_extension
from casework.records.models import Evidence
from casework.records.permissions import check_may_read_originals, check_may_upload
from casework.rules import Refused
from casework.web.screens import ANYONE, Screen, found

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
JPEG = "image/jpeg"


class Upload(Screen, View):
    """Files sent at once by the script of a form, in the field `file`. One answers its data; several, a list."""

    permission = check_may_upload
    http_method_names = ["post"]

    def post(self, request):
        """Each file is kept or refused by itself."""
        files = request.FILES.getlist("file")
        if not files:
            return JsonResponse({"error": room.FAILED}, status=400)
        if len(files) > room.MOST_AT_ONCE:
            return JsonResponse({"error": room.TOO_MANY}, status=400)
        answers = [self._receive(file) for file in files]
        if len(answers) == 1:
            data, status = answers[0]
            return JsonResponse(data, status=status)
        worst = max(status for _, status in answers)
        return JsonResponse({"files": [data for data, _ in answers]}, status=worst)

    def _receive(self, file):
        try:
            evidence = room.receive(file, by=self.request.user, at=timezone.now())
        except room.TooHeavy as no:
            return {"error": str(no), "name": room.clean_name(file.name)}, 413
        except room.NoRoom as no:
            return {"error": str(no), "name": room.clean_name(file.name)}, 507
        except Refused as no:
            return {"error": str(no), "name": room.clean_name(file.name)}, 400
        return as_data(evidence), 201


class Discard(Screen, View):
    """Take back an uploaded file that no case has."""

    permission = check_may_upload
    http_method_names = ["post"]

    def post(self, request):
        """The file named in `evidence`; somebody else's does not exist."""
        rows = list(room.unattached_of(request.user, request.POST.getlist("evidence")))
        if not rows:
            raise Http404
        for evidence in rows:
            room.discard(evidence, by=request.user)
        return JsonResponse({"discarded": [evidence.pk for evidence in rows]})


class KeptFile(Screen, View):
    """A file, to whoever may see it."""

    abstract = True
    http_method_names = ["get", "head", "options"]

    def get(self, request, pk):
        """The door, then the bytes."""
        return self.answer(found(Evidence.objects.visible_to(request.user), pk=pk))

    def answer(self, evidence):
        """Which bytes, and how."""
        raise TypeError(f"{type(self).__qualname__} has no file")


class Shown(KeptFile):
    """The copy of a photograph on the screen; a document as an attachment."""

    permission = ANYONE

    def answer(self, evidence):
        """Inline only what we drew ourselves."""
        if evidence.shown:
            return send(evidence.shown, JPEG, with_extension(evidence.name, "jpg"), attachment=False)
        return send(evidence.original, evidence.media_type, evidence.name)


class Thumb(KeptFile):
    """The small copy."""

    permission = ANYONE

    def answer(self, evidence):
        """Documents have none."""
        if not evidence.thumb:
            raise Http404
        return send(evidence.thumb, JPEG, with_extension(evidence.name, "jpg"), attachment=False)


class Original(KeptFile):
    """The bytes as they came, never inline."""

    permission = check_may_read_originals

    def answer(self, evidence):
        """Always an attachment."""
        return send(evidence.original, evidence.media_type, evidence.name)


def send(path, media_type, name, *, attachment=True):
    """A kept file with the headers of what strangers sent (trust §4)."""
    try:
        file = shelf.open_file(path)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=attachment, filename=name, content_type=media_type, headers=HEADERS)
