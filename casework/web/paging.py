"""Pages of a list that may be long: nobody waits for a count that nobody reads."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from casework.web.faces import number as in_words

COUNTED = 999
FURTHEST = 9_999  # a page beyond it is a slip of the finger


class Pages(Paginator):
    """Counts up to 999, or up to the page after the one that is asked for; beyond that it says «999+»."""

    def __init__(self, rows, per_page, asked="", *, unordered):
        super().__init__(rows, per_page)
        self.unordered = unordered  # the same rows without what only their order needs
        asked = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= len(str(FURTHEST)) else 1
        self.limit = max(COUNTED, (asked + 1) * per_page)

    @cached_property
    def count(self):
        """How many there are, no further than one more than the limit."""
        return self.unordered.order_by()[: self.limit + 1].count()

    @property
    def count_shown(self):
        """«1,250», or «999+» where counting stopped."""
        return f"{in_words(self.limit)}+" if self.count > self.limit else in_words(self.count)
