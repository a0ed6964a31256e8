"""Customers, contacts, products, lotes: what cases are about.

Touch it when the company sells or is known by something else. No rule of a procedure.
"""
