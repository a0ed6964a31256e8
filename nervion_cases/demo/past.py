"""The past: plots of the months before the present, composed from parts. The same day gives the same past."""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from casework.moment import PLANT
from complaints.models import Channel, ConformityResult, Kind, Matter, Severity
from nervion_cases.demo import voices
from nervion_cases.demo.catalogue import CUSTOMERS, PRODUCTS
from nervion_cases.demo.defects import DEFECTS, FADES
from nervion_cases.demo.mishaps import BROKEN, MISHAPS
from nervion_cases.demo.plot import Pace, Plot, Survey
from nervion_cases.demo.troubles import BUYS, PLACES

PRESENT = timedelta(days=13)  # before that the past is lived, from then on only the hand-written plots
A_DAY = 1.24  # complaints of a working day
SEASONS = {1: 0.9, 2: 0.95, 5: 1.1, 6: 1.15, 7: 1.2, 8: 1.1, 9: 1.15, 10: 1.1, 12: 0.7}
RAINS = range(6, 11)
AUGUST = 8
WEIGHTS = {"distribuidora": 3, "obra": 2, "tienda": 1.5, "hotel": 1.2, "industria": 1, "taller": 1, "muebles": 1}
CHANNELS = {Channel.PHONE: 5, Channel.MAIL: 3, Channel.WHATSAPP: 2, Channel.VISIT: 1, Channel.CRM: 0.5}

BAD_PRODUCT = 8  # the rosa mexicano of one lote
BAD_LOTE_DAYS_AGO = 215
BAD_LOTE_COMPLAINTS = 14
BAD_LOTE_CAUSE = "Pigmento rojo del proveedor alterno, con resistencia a la luz menor que la especificada"
BAD_LOTE_PLAN = (
    "Inmovilizar el lote, cambiarlo a todos los clientes que lo recibieron y dar de baja al proveedor alterno."
)
BAD_LOTE_ANSWER = (
    "El lote completo salió con un pigmento que no resiste la luz. Lo recogeremos y le entregaremos {n} {units} nuevas."
)


def past(now, *, months, hours, seed=1):
    """The plots of so many months before `now`, in order; `hours` is the calendar in which people work."""
    return Past(now, months=months, hours=hours, seed=seed).plots() if months else []


class Past:
    """Makes the plots, one working day after another."""

    def __init__(self, now, *, months, hours, seed):
        self.hours = hours
        self.chance = random.Random(seed)  # noqa: S311
        self.until = (now - PRESENT).astimezone(PLANT).date()
        self.since = (now - timedelta(days=round(months * 30.44))).astimezone(PLANT).date()
        self.today = now.astimezone(PLANT).date()
        self.used = set()

    def plots(self):
        """All of them."""
        made, owed, day = self.bad_lote(), 0, self.since
        while day < self.until:
            if self.hours.opening_on(day):
                owed += A_DAY * SEASONS.get(day.month, 1) * self.chance.uniform(0.2, 1.8)
                while owed >= 1:
                    owed -= 1
                    at = self.instant(day)
                    customer, product, trouble = self.matter(at)
                    made.append(self.compose(at, customer, product, trouble))
                    if self.happens(0.04) and made[-1].until == "closed":
                        made.append(self.twin(made[-1], trouble))
            day += timedelta(days=1)
        return sorted(made, key=lambda plot: plot.at)

    def happens(self, share):
        """Whether something that happens in a share of the cases happens now."""
        return self.chance.random() < share

    def one_of(self, weights):
        """A key of a mapping to weights."""
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def instant(self, day):
        """When somebody calls."""
        return datetime.combine(day, time(self.chance.randrange(9, 18), self.chance.randrange(60)), PLANT)

    # --- Who, what and in which words -----------------------------------------------------------------------------------
    def matter(self, at):
        """Customer, product and trouble of a complaint."""
        customer = self.one_of({number: WEIGHTS[row[3]] for number, row in enumerate(CUSTOMERS)})
        lines = BUYS[CUSTOMERS[customer][3]]
        rain = at.month in RAINS
        trouble = self.one_of(
            {
                trouble: trouble.weight * (trouble.in_the_rains if rain else 1 / trouble.in_the_rains)
                for trouble in (*DEFECTS, *MISHAPS)
                if not trouble.lines or set(trouble.lines) & set(lines)
            }
        )
        products = [
            number
            for number, (_, name, line, *_) in enumerate(PRODUCTS)
            if line in lines
            and (not trouble.lines or line in trouble.lines)
            and not any(word in name for word in trouble.not_for)
        ]
        return customer, self.chance.choice(products), trouble

    def compose(self, at, customer, product, trouble, number=None, **decided):
        """A plot of a trouble with so many units, everything that was not decided drawn by lot."""
        number = number or self.chance.choice((2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24))
        upheld = not (trouble.refusals and self.happens(0.22))
        if upheld:
            (cause, plan), answer = self.chance.choice(trouble.findings), self.chance.choice(trouble.answers)
        else:
            cause, plan, answer = self.chance.choice(trouble.refusals)
        counted = trouble.matter != Matter.ADMINISTRATIVE
        claimed = counted and self.happens(0.35)
        made = Plot(
            "closed",
            0,
            customer,
            product,
            trouble.reason,
            self.words(trouble, customer, product, number),
            at=at,
            matter=trouble.matter,
            lote=self.chance.choice((0, 0, 0, 1, 1, 2)),
            kind=Kind.CLAIM if claimed else Kind.COMPLAINT,
            channel=self.one_of(CHANNELS),
            severity=self.one_of({Severity.LOW: 2, Severity.MEDIUM: 6, Severity.HIGH: 2}),
            quantity=number if counted and (claimed or self.happens(0.7)) else None,
            amount=Decimal(PRODUCTS[product][5]) * number if claimed else None,
            photos=self.photos(trouble),
            wants_return=counted and self.happens(0.1),
            first_areas=trouble.areas,
            question=self.chance.choice(voices.QUESTIONS[trouble.matter]),
            done=self.chance.choice(voices.DONE[trouble.matter]),
            asked=self.chance.choice(voices.ASKS[trouble.matter]),
            rework=self.chance.choice(voices.REWORK),
            sent_back=self.chance.choice(voices.SENT_BACK) if self.happens(0.05) else "",
            corrected=self.happens(0.03),
            cause=cause,
            plan=plan,
            answer=speak(answer, product, number),
            upheld=upheld,
        )
        return self.fate(replace(made, **decided))

    def photos(self, trouble):
        if trouble.matter == Matter.TECHNICAL or trouble is BROKEN:
            return self.one_of({0: 9, 1: 1})
        return 0

    def words(self, trouble, customer, product, number):
        """What the customer says, never twice the same."""
        for _ in range(300):
            place = self.chance.choice(PLACES[PRODUCTS[product][2]])
            said = [self.chance.choice(trouble.words), self.chance.choice(trouble.details)]
            if self.happens(0.55):
                technical = trouble.matter == Matter.TECHNICAL
                said.append(
                    self.chance.choice(voices.CLOSINGS[CUSTOMERS[customer][3]] if technical else voices.IN_GENERAL)
                )
            words = speak(" ".join(said), product, number, place=place)
            if words not in self.used:
                break
        self.used.add(words)
        return words

    # --- What becomes of it ---------------------------------------------------------------------------------------------
    def fate(self, plot):
        """How it goes and how it ends."""
        if self.happens(0.04):
            return replace(plot, until="cancelled", ending=self.chance.choice(voices.CANCELLED))
        plot = self.areas(plot)
        plot = replace(plot, pace=self.pace(plot))
        if plot.pace.rule > 40 and self.happens(0.4):
            plot = replace(plot, extended=self.chance.choice(voices.EXTENDED))
        results = (0.81, 0.05, 0.14) if plot.upheld else (0.45, 0.33, 0.22)
        result = self.one_of(
            dict(zip((ConformityResult.SATISFIED, ConformityResult.DISSATISFIED, "attempts"), results, strict=True))
        )
        again = self.happens(0.4 if result == ConformityResult.DISSATISFIED else 0.035)
        if result == ConformityResult.DISSATISFIED and again:
            reason = "El cliente no acepta la respuesta y pide que se revise otra vez."
        else:
            reason = self.chance.choice(voices.REOPENED[plot.matter]) if again else ""
        said = self.chance.choice(voices.SAID.get(result, ("",)))
        plot = replace(plot, conformity=result, said=said, again=reason)
        return replace(plot, survey=self.survey(plot))

    def areas(self, plot):
        """Who else is asked, and the manner of each."""
        if plot.matter == Matter.TECHNICAL:
            manners = [self.one_of({"soon": 80, "lab": 16, "returned": 4})]
            extra = self.one_of({(): 77, ("ingenieria",): 17, ("produccion",): 6})
            if extra:
                manners.append(self.one_of({"soon": 6, "asks": 2, "hands_over": 2, "returned": 1}))
            urgent = self.happens(0.06)
            if urgent:
                manners[0] = "lab"
            return replace(
                plot,
                extra_areas=extra,
                manners=tuple(manners),
                urgent_hours=self.chance.choice((4, 8, 8, 16)) if urgent else None,
                severity=Severity.HIGH if urgent else plot.severity,
            )
        first = plot.areas[0]
        manners = {"soon": 70, "asks": 10, "returned": 7, "hands_over": 6}
        if first in voices.WHOSE_THEN:
            manners["not_ours"] = 9
        return replace(plot, manners=(self.one_of(manners),))

    def pace(self, plot):
        """How soon each step follows: heads come late in August, and some cases drag on."""
        august, draw = plot.at.month == AUGUST, self.chance.uniform
        slow = draw(2.2, 3.8) if self.happens(0.08) else 1
        late = self.happens(0.6 if august else 0.04)
        area = draw(20, 46) if late else draw(1, 13)
        if plot.urgent_hours:
            area = draw(0.5, 1.4 * plot.urgent_hours)
        rule = draw(20, 50) if august and self.happens(0.6) else draw(3, 12) / (1 + len(plot.extra_areas))
        no_mail = CUSTOMERS[plot.customer][5] == "-"
        return Pace(
            register=draw(10, 16) if self.happens(0.03) else draw(0.1, 0.9),
            acknowledge=draw(10, 18) if no_mail and self.happens(0.12) else draw(0.3, 5),
            channel=draw(0.6, 9) * slow,
            area=area,
            rule=rule * slow,
            accept=draw(0.4, 5),
            draft=draw(0.8, 8) * slow,
            approve=draw(0.3, 6) * slow,
            tell=draw(0.2, 3),
            conformity=draw(4, 24) * slow,
            close=draw(0.1, 3),
        )

    def survey(self, plot):
        """A third never answers; those who were not content say so."""
        if self.happens(0.33):
            return None
        unhappy = plot.conformity == ConformityResult.DISSATISFIED or not plot.upheld
        slow = plot.pace.rule + plot.pace.area > 50 or bool(plot.again)
        if unhappy:
            score = self.one_of({1: 3, 2: 4, 3: 3, 4: 2})
        elif slow:
            score = self.one_of({2: 2, 3: 3, 4: 4, 5: 2})
        else:
            score = self.one_of({3: 1, 4: 7, 5: 12})
        return Survey(score, self.chance.choice(voices.COMMENTS[score]), self.chance.uniform(0.3, 12))

    def twin(self, plot, trouble):
        """The same matter told again by somebody else: a duplicate."""
        channel = Channel.MAIL if plot.channel != Channel.MAIL else Channel.PHONE
        return replace(
            plot,
            until="duplicate",
            words=self.words(trouble, plot.customer, plot.product, plot.quantity or 4),
            at=self.hours.add(plot.at, timedelta(hours=plot.pace.register, minutes=self.chance.randrange(90, 900))),
            channel=channel,
            photos=0,
            survey=None,
            corrected=False,
            ending=self.chance.choice(voices.SAME),
            same_as=plot,
            pace=Pace(channel=self.chance.uniform(1, 6)),
        )

    def bad_lote(self):
        """One lote of rosa mexicano that fades wherever the sun shines: many customers within three weeks."""
        made_on = self.today - timedelta(days=BAD_LOTE_DAYS_AGO)
        first = made_on + timedelta(days=38)
        if first < self.since:
            return []
        buyers = [n for n, row in enumerate(CUSTOMERS) if row[3] in ("distribuidora", "obra", "hotel", "tienda")]
        buyers = self.chance.sample(buyers, BAD_LOTE_COMPLAINTS - 3) + self.chance.sample(buyers, 3)
        days = sorted(self.chance.randrange(21) for _ in range(BAD_LOTE_COMPLAINTS))
        made = []
        for turn, (customer, days_later) in enumerate(zip(buyers, days, strict=True)):
            day = first + timedelta(days=days_later)
            while not self.hours.opening_on(day):
                day += timedelta(days=1)
            number = self.chance.choice((6, 8, 12, 20))
            known = turn > 2  # by then everybody knows
            made.append(
                self.compose(
                    self.instant(day),
                    customer,
                    BAD_PRODUCT,
                    FADES,
                    number,
                    made_on=made_on,
                    quantity=number,
                    amount=Decimal(PRODUCTS[BAD_PRODUCT][5]) * number,
                    kind=Kind.CLAIM,
                    severity=Severity.HIGH if known else Severity.MEDIUM,
                    photos=1,
                    upheld=True,
                    cause=BAD_LOTE_CAUSE if known else FADES.findings[0][0],
                    plan=BAD_LOTE_PLAN if known else FADES.findings[0][1],
                    answer=speak(BAD_LOTE_ANSWER if known else FADES.answers[0], BAD_PRODUCT, number),
                )
            )
        return made


def speak(words, product, number, *, place=""):
    """The words about a product and an amount of it, with their articles."""
    the, units = PRODUCTS[product][3], PRODUCTS[product][4]
    many = f"{'las' if units in ('cubetas', 'latas') else 'los'} {number} {units}"
    of = f"del {the[3:]}" if the.startswith("el ") else f"de {the}"
    to = f"Al {the[3:]}" if the.startswith("el ") else f"A {the}"
    return words.format(
        el=the,
        El=the[:1].upper() + the[1:],
        del_=of,
        Al=to,
        n=number,
        units=units,
        the_n=many,
        The_n=many[:1].upper() + many[1:],
        place=place,
    )
