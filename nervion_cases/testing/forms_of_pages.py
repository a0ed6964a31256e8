"""The forms of a page as a browser would find them: what they ask, and what it would send if nobody typed anything."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT = ("text", "search", "textarea", "email", "tel", "url")


@dataclass
class Form:
    """One form: where it is sent, what stands in it, and which of its fields are free text."""

    action: str
    method: str
    values: dict = field(default_factory=dict)  # name: the values that would be sent
    kinds: dict = field(default_factory=dict)  # name: the kind of its control
    strict: set = field(default_factory=set)  # names of texts that must be a number, a date or something known

    @property
    def words(self):
        """Names of the fields in which anything can be typed."""
        return [name for name, kind in self.kinds.items() if kind in TEXT and name not in self.strict]

    def with_words(self, text):
        """What is sent when `text` is typed wherever anything can be typed, and all else stays as the page has it."""
        return {name: values for name, values in self.values.items() if values} | {name: [text] for name in self.words}

    def all_of(self, text):
        """What is sent when every field says `text`, also those that a browser would not let one type in."""
        return {name: [text] for name, kind in self.kinds.items() if kind != "file"}


class _Forms(HTMLParser):
    def __init__(self, url):
        super().__init__(convert_charrefs=True)
        self.url, self.forms, self._form = url, [], None
        self._area = self._select = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self._form = Form(given.get("action") or self.url, (given.get("method") or "get").lower())
            self.forms.append(self._form)
        elif self._form is None or not name:
            if tag == "option" and self._select:
                self._option(given)
        elif tag == "input":
            self._input(name, (given.get("type") or "text").lower(), given)
        elif tag == "textarea":
            self._form.kinds[name], self._area = "textarea", name
            self._form.values[name] = [""]
        elif tag == "select":
            self._form.kinds[name], self._select = "select", name
            self._form.values.setdefault(name, [])

    def _input(self, name, kind, given):
        form, value = self._form, given.get("value") or ""
        if kind in ("submit", "button", "image"):
            return
        form.kinds[name] = kind
        if "inputmode" in given or "w-short" in (given.get("class") or "") or kind == "email":
            form.strict.add(name)
        if "data-autocomplete-url" in given and "data-autocomplete-free" not in given:
            form.strict.add(name)
        values = form.values.setdefault(name, [])
        if kind == "radio":
            if "checked" in given or not values:
                form.values[name] = [value]
        elif kind == "checkbox":
            if "checked" in given:
                values.append(value or "on")
        elif kind != "file" and value:
            values.append(value)

    def _option(self, given):
        value = given.get("value") or ""
        if value and ("selected" in given or not self._form.values[self._select]):
            self._form.values[self._select] = [value]

    def handle_data(self, data):
        if self._area:
            self._form.values[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            text = self._form.values[self._area][0].strip()
            self._form.values[self._area], self._area = ([text] if text else []), None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None


def forms_of(url, page, method="post"):
    """The forms of a page that are sent so, without the seal."""
    reader = _Forms(url)
    reader.feed(page)
    for form in reader.forms:
        form.values.pop("csrfmiddlewaretoken", None)
        form.kinds.pop("csrfmiddlewaretoken", None)
    return [form for form in reader.forms if form.method == method]
