"""The story told in a browser, on real parts: gunicorn, Celery worker and beat, PostgreSQL, Redis, an SMTP sink, Chromium.

`house` starts the parts once and lives the demo in a database of its own; a `Visitor` is one person at one screen, and
whatever the browser complains about (CSP, scripts, answers of 500) is a failure of the test in which it happened.
`PICTURES=1` keeps a picture of every page that the walk visits, in `.run/screenshots/`.
"""
