"""What the sign-in page shows beside its form."""

from typing import Any

from django import template

from npqh_portal.signin.queries import demo_people

register = template.Library()


@register.inclusion_tag("account/_demo_sign_ins.html", takes_context=True)
def demo_sign_ins(context: dict[str, Any]) -> dict[str, Any]:
    """Everybody whom a visitor of the demonstration may sign in as."""
    return {"people": demo_people(), "csrf_token": context.get("csrf_token")}
