"""`manage.py seed_demo`: people, catalogue and some thirty complaints in every stage. Does nothing if people exist."""

import heapq
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from casework.alerts import bell
from casework.catalogue.models import Customer, Product
from casework.deadlines.sweep import sweep
from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from casework.people.models import User
from nervion_cases.demo.catalogue import make_catalogue
from nervion_cases.demo.people import make_people
from nervion_cases.demo.plots import PLOTS
from nervion_cases.demo.stories import stories


class Command(BaseCommand):
    help = "Llena una base vacía con la demostración."

    def handle(self, *args, **options):
        """Live the stories in the order of their instants, the post and the watch with them."""
        if not settings.DEMO:
            raise CommandError("La demostración solo se carga con DEMO=True.")
        if User.objects.exists():
            self.stdout.write("La base ya tiene personas; no se agregó nada.")
            return
        with transaction.atomic():  # all of it or nothing: an interrupted start begins again
            lived = self.fill(timezone.now())
        self.stdout.write(f"Demostración lista: {lived} pasos de {len(PLOTS)} quejas.")

    def fill(self, now):
        """People, catalogue, cases. How many steps were lived."""
        self.stdout.write("Personas y catálogo…")
        make_people()
        make_catalogue(timezone.localdate(now))
        self.stdout.write(f"Viviendo {len(PLOTS)} quejas…")
        return self.live(now)

    def live(self, now):
        """How many steps were lived. What a story would do after `now` is left for people to do."""
        customers, products = list(Customer.objects.order_by("pk")), list(Product.objects.order_by("pk"))
        waiting = []
        for number, story in enumerate(stories(now, customers, products)):
            self.advance(waiting, story, number)
        lived = 0
        while waiting:
            at, number, story = heapq.heappop(waiting)
            if at > now:
                continue
            self.post(until=at)
            sweep(at=at)
            self.advance(waiting, story, number)
            lived += 1
        self.post(until=now)
        sweep(at=now)
        for person in User.objects.working():  # people read their bell; what came since yesterday is still new
            bell.see_all(by=person, at=now - timedelta(days=1))
        return lived

    @staticmethod
    def advance(waiting, story, number):
        """Let a story do its step and say when the next one is."""
        at = next(story, None)
        if at is not None:
            heapq.heappush(waiting, (at, number, story))

    @staticmethod
    def post(*, until):
        """Past mail is recorded as delivered when it would have been, and never sent."""
        owed = OutgoingMail.objects.filter(state=MailState.PENDING, not_before__lte=until).order_by("not_before", "pk")
        for mail in owed:
            outbox.record_delivered(mail, at=mail.not_before)
