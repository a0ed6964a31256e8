"""One person at one screen, and what the browser had to say about it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
]

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@dataclass
class Watch:
    """What no page may cause: reports of the CSP, errors of scripts, answers of 500, requests that leave the house."""

    home: str
    wrong: list = field(default_factory=list)
    reports: int = 0

    def over(self, context):
        """Look at everything that a context does."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))

    def _request(self, request):
        address = urlsplit(request.url)
        if address.path == "/csp/":
            self.reports += 1
            self.wrong.append(f"CSP report: {request.post_data}")
        elif address.scheme in ("http", "https") and not request.url.startswith(self.home):
            self.wrong.append(f"asked another house: {request.url}")

    def _response(self, response):
        if response.status >= 500 and not response.url.endswith("/salud/"):
            self.wrong.append(f"{response.status} {response.url}")

    def _console(self, message):
        if "Content Security Policy" in message.text or "CSP violated" in message.text:
            self.wrong.append(f"CSP: {message.text} at {message.page.url if message.page else '?'}")
        elif message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.wrong.append(f"console: {message.text} at {message.page.url if message.page else '?'}")


class Visitor:
    """A person with a browser of his or her own."""

    def __init__(self, house, browser, watch, *, size=WIDE, scripts=True, cookies=None):
        self.house, self.watch = house, watch
        phone = size["width"] < 600
        self.context = browser.new_context(
            viewport=size,
            base_url=house.url,
            locale="es-MX",
            timezone_id="America/Mexico_City",
            java_script_enabled=scripts,
            storage_state=cookies,
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
        )
        self.context.set_default_timeout(15_000)
        watch.over(self.context)
        self.page = self.context.new_page()

    def leave(self):
        """Close the browser."""
        self.context.close()

    def go(self, path):
        """Open an address. The answer of the server."""
        return self.page.goto(path, wait_until="load")

    def fill_sign_in(self, username, password):
        """Type both on the page that asks for them."""
        self.page.get_by_label("Usuario").fill(username)
        self.page.get_by_label("Contraseña").fill(password)
        self.press("Entrar")

    def press(self, name, *, exact=True):
        """Press a button, or a link that looks like one."""
        page = self.page
        found = page.get_by_role("button", name=name, exact=exact).or_(page.get_by_role("link", name=name, exact=exact))
        found.first.click()

    def reads(self, words):
        """Whether these words are on the screen, once it had time to show them."""
        self.page.get_by_text(words).first.wait_for(state="visible")
        return True

    @property
    def text(self):
        """What the page says."""
        return self.page.locator("main").inner_text()

    def buttons(self):
        """What may be pressed in the page itself, in order."""
        return [button.inner_text().strip() for button in self.page.locator("main .btn:visible").all()]

    @property
    def path(self):
        """Where the browser is."""
        address = urlsplit(self.page.url)
        return address.path
