"""For whoever looks after the machine room: `/salud/` for a monitor, `/metricas/` for Prometheus, `/guardia/` for a person.

The three tell the same facts, asked in `facts.py` and judged in `parts.py`. Touch it to watch one thing more. It writes
nothing and knows no case: only counts.
"""
