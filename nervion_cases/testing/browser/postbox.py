"""What the mail server of the house received."""

import time
from email import policy
from email.parser import BytesParser
from pathlib import Path

SECONDS = 45


class Postbox:
    """Letters are read back from the files of the sink, as an addressee would."""

    def __init__(self, folder, house):
        self.folder, self.house = Path(folder), house
        self._read = {}

    def letters(self):
        """Every letter, in the order of arrival."""
        for file in sorted(self.folder.glob("*.eml")):
            if file.name not in self._read:
                self._read[file.name] = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        return [self._read[name] for name in sorted(self._read)]

    def to(self, address, subject=""):
        """The letters to somebody whose subject says something."""
        return [
            letter for letter in self.letters() if letter["X-Envelope-To"] == address and subject in letter["Subject"]
        ]

    def wait_for(self, address, subject=""):
        """The first letter to somebody with these words in its subject, once it is there."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if found := self.to(address, subject):
                return found[0]
            time.sleep(0.2)
        there = [(letter["X-Envelope-To"], letter["Subject"]) for letter in self.letters()]
        raise AssertionError(f"no letter «{subject}» to {address} in {SECONDS} s; {there}\n{self.house.log('worker')}")


def text_of(letter):
    """The words of a letter."""
    return letter.get_body(preferencelist=("plain",)).get_content()


def link_in(letter, path):
    """The address in a letter that leads to a path."""
    return next(word for word in text_of(letter).split() if word.startswith("http") and path in word)
