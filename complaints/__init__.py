"""MPC-SER-002, start to finish.

Touch `stages.py` and the two rule files when the procedure changes, `actions/` when a step does something new, a noun
view when a screen changes. Asks departments for help through `coordination.actions`. Must not import meetings or
indicators; what they need is offered through `queries.py`.
"""
