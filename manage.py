#!/usr/bin/env python
"""Django's command line. While `make run` is up it talks to the same servers with no variable set."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nervion_cases.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
