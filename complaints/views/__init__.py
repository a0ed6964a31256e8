"""The screens of MPC-SER-002: each translates between a page and one verb or query."""
