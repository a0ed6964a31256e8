"""What we owe our own people: the bell and its mail.

Touch it to add a channel or a preference. It does not decide *when* something is late and does not know what a
complaint is.
"""
