"""What exists only in the demo: its people, its cases lived through the real verbs, and the page of its mail.

Touch it when a screen has nothing believable to show. Nothing here runs, or has an address, unless DEMO is True.
"""
