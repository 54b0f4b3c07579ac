"""What several pages say of an application. Nothing here asks the database, where form and intake come with it."""

from django import template

from applications.models import Application
from applications.queries.answers import AnsweredPart, answered_parts
from applications.queries.applications import TimeLeft, time_left
from applications.rules.places import last_day_of
from npqh_portal import clock

register = template.Library()
# `{{ offer.expires_at|last_day|day }}`: the last day on which it can be answered.
register.filter("last_day", last_day_of)


@register.simple_tag(name="answered_parts")
def _answered_parts(application: Application, with_sensitive: bool = False) -> list[AnsweredPart]:
    """`{% answered_parts application as parts %}`: without what only the applicant, leads and administrators read."""
    return answered_parts(application, with_sensitive=with_sensitive)


@register.simple_tag(name="time_left")
def _time_left(application: Application) -> TimeLeft:
    """`{% time_left application as left %}`"""
    return time_left(application, clock.now())


@register.inclusion_tag("applications/_not_sent.html")
def not_sent(application: Application) -> dict[str, Application | TimeLeft]:
    """`{% not_sent application %}`: on every page of a draft."""
    return {"application": application, "left": time_left(application, clock.now())}
