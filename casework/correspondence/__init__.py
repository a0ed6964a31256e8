"""What leaves for a customer: draft, approval bound to its hash, sending.

The only room from which a customer is written to.
"""
