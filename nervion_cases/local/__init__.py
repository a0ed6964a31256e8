"""What `make run` and `make test` are made of: a bare machine in, a running demo or a tested checkout out.

Touch `install.py` when the system must bring another package, `servers.py` for the private PostgreSQL and Redis,
`run.py` for another process of the demo, `checks.py` for another check. Everything a checkout keeps lives in its
`.run/` (as root, the servers' part in /var/lib/nervion-casos/); nothing else of the machine is changed. Production
uses only `backup.py` and `restore.py` of this room: no rule, no model, no query, and nothing imports it but the tests.
"""
