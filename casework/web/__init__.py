"""Furniture for screens: base views, the read-only guard, middleware, component tags, the gallery.

Touch it when two apps need the same piece of interface. No queries about cases, no wording of a procedure.
"""
