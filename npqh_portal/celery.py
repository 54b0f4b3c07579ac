"""The Celery application: the worker's door, and the clock's timetable."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "npqh_portal.settings")

app = Celery("npqh_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
