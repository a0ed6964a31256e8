"""People at their browsers: connections that stay open, signed in by the real form, and how long each answer took."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from nervion_cases.testing.house import PASSWORD

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECONDS = 60


class WrongAnswer(Exception):
    """A page answered something that is not worth timing."""


class Client:
    """One browser without scripts: a connection, its cookies."""

    def __init__(self, url, cookies=None):
        self.host = urlsplit(url).netloc
        self.origin = url
        self.cookies = dict(cookies or {})
        self.connection = http.client.HTTPConnection(self.host, timeout=SECONDS)

    def ask(self, method, path, *, form=None, wanted=(200,)):
        """Seconds until the whole answer was there, the answer and its body."""
        headers = {
            "Accept": "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        started = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - started
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        if answer.status not in wanted:
            raise WrongAnswer(f"{method} {path}: {answer.status}\n{content[:2000].decode(errors='replace')}")
        return seconds, answer, content

    def get(self, path):
        """The text of a page."""
        return self.ask("GET", path)[2].decode()

    def token(self, path):
        """The seal of the form on a page."""
        return TOKEN.search(self.get(path))[1]

    def wake(self):
        """A connection that just opened: the server hangs up on those that were silent for a while."""
        self.connection.close()
        self.connection.connect()

    def again(self):
        """Another connection of the same person."""
        return Client(self.origin, self.cookies)


def sign_in(url, username):
    """A person of the demo, inside."""
    client = Client(url)
    path = "/cuenta/entrar/"
    form = {"csrfmiddlewaretoken": client.token(path), "login": username, "password": PASSWORD}
    client.ask("POST", path, form=form, wanted=(302,))
    return client


def timed(clients, ask, times):
    """How long each answer took when every client asks so often, all of them at once."""

    def work(client):
        client.wake()
        return [ask(client) for _ in range(times)]

    if len(clients) == 1:  # no thread between
        return work(clients[0])
    with ThreadPoolExecutor(len(clients)) as threads:
        return [seconds for found in threads.map(work, clients) for seconds in found]
