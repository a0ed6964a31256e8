"""Promises with a clock.

`PromiseRule` is the table of promises with their clause; `running.py` starts, meets and extends them; `ladder.py` says
who hears what when; `sweep.py` records rungs and breaches; `digest.py` is drawn straight from the deadlines, the second
independent path. When a procedure changes: a new row, never an edited past one. Every change to `sweep.py` needs a
concurrency test.
"""
