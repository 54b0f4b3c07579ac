"""The clock's door to the messages."""

from celery import shared_task

from . import actions


@shared_task(name="notifications.send_due_messages")
def send_due_messages() -> None:
    actions.beat("notifications.send_due_messages")
    while actions.send_due_messages() == actions.CHUNK:
        pass
