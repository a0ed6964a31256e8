"""Who takes part: users and their roles, departments, heads and dated substitutes.

Touch it when the organisation changes shape. It knows nothing about cases; permissions here are only of the form
"is this person a coordinator?".
"""
