"""Single-purpose links for people without an account: a token, its purpose, its expiry, its uses.

Only the hash of a token is stored. Touch it for a new purpose; it knows nothing about cases.
"""
