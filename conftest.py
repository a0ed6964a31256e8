"""Fixtures of every room come from one place."""

pytest_plugins = ["nervion_cases.testing.fixtures", "nervion_cases.testing.committed"]
