"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from nervion_cases.duty.slots import count_in_our_own_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nervion_cases.settings")

count_in_our_own_files()
application = get_wsgi_application()
