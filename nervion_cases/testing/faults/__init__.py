"""`make faults`: blows against a real house, one after another, each printed with what was done and counted (trust §3).

Touch it when a promise of «Qué garantizamos» is added. A fault counts what is in the database, in the queue and at the
mail server afterwards; what is lost, doubled beyond the promise or left half-done fails the run. Times are printed,
never judged.
"""
