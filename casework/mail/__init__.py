"""Messages as rows.

`outbox.py` is the only place that claims, sends, retries or releases; `letters.py` maps a reason to its templates and
outcomes. It decides nothing about cases.
"""
