"""Versions of the application form: drafted, edited, published; a published one never changes."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from applications.errors import FormDraftStands, FormEmpty, FormFrozen
from applications.models import FormVersion
from applications.rules.standard import EDITABLE, STANDARD
from applications.states import FormState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import ChangedSince, DraftChanged
from npqh_portal.programmes.models import Programme
from npqh_portal.programmes.rules.seen import fingerprint


@transaction.atomic
def form_to_begin_with(programme: Programme) -> FormVersion:
    """The newest published form of a programme; for one that has none yet, the standard form, published now."""
    newest = FormVersion.objects.filter(programme=programme, state=FormState.PUBLISHED).order_by("-number")
    if known := newest.first():
        return known
    programme = lock(programme)
    if known := newest.first():
        return known
    form = FormVersion.objects.create(
        programme=programme,
        number=_next_number(programme),
        state=FormState.PUBLISHED,
        published_at=clock.now(),
        **STANDARD,
    )
    record("form.published", form, facts={"programme": programme.pk, "number": form.number}, by=None)
    return form


@transaction.atomic
def draft_form(programme: Programme, *, like: FormVersion | None = None, by: User | None) -> FormVersion:
    """A draft that says what `like` says, or the newest form of the programme, or the standard form.

    Raises FormDraftStands: there is one draft of a programme at a time.
    """
    programme = lock(programme)
    forms = FormVersion.objects.filter(programme=programme).order_by("-number")
    if draft := forms.filter(state=FormState.DRAFT).first():
        raise FormDraftStands(str(draft))
    like = like or forms.first()
    words = {name: getattr(like, name) for name in EDITABLE} if like else STANDARD
    form = FormVersion.objects.create(
        programme=programme, number=_next_number(programme), edited_at=clock.now(), **words
    )
    facts = {"programme": programme.pk, "number": form.number, "like": like.number if like else None}
    record("form.drafted", form, facts=facts, by=by)
    return form


@transaction.atomic
def edit_form(form: FormVersion, *, words: Mapping[str, Any], seen: str, by: User | None) -> FormVersion:
    """Keep the words and figures of a draft, named as in `rules.standard.EDITABLE`. The same sent twice is kept once.

    `seen` is the fingerprint of the draft as it was shown. Raises FormFrozen, and ChangedSince where it stands
    otherwise now.
    """
    form = _locked(form)
    if form.state != FormState.DRAFT:
        raise FormFrozen(str(form))
    changed = [name for name in EDITABLE if name in words and words[name] != getattr(form, name)]
    if not changed:
        return form
    if seen != form_fingerprint(form):
        raise ChangedSince(str(form))
    for name in changed:
        setattr(form, name, words[name])
    form.edited_at = clock.now()
    form.save(update_fields=[*changed, "edited_at"])
    record("form.edited", form, facts={"fields": ",".join(changed)}, by=by)
    return form


@transaction.atomic
def publish_form(form: FormVersion, *, seen: str, by: User | None) -> FormVersion:
    """From now on applications begin with it; those that were begun keep theirs. A second call changes nothing.

    Raises FormEmpty, and DraftChanged where the draft does not say what was seen.
    """
    form = _locked(form)
    if form.state == FormState.PUBLISHED:
        return form
    if seen != form_fingerprint(form):
        raise DraftChanged(str(form))
    if not form.agreements:
        raise FormEmpty(str(form), "line that the applicant agrees to")
    if form.needs_endorsement and not form.endorsements:
        raise FormEmpty(str(form), "line that the endorser agrees to")
    form.state, form.published_at = FormState.PUBLISHED, clock.now()
    form.save(update_fields=["state", "published_at"])
    record("form.published", form, facts={"programme": form.programme_id, "number": form.number}, by=by)
    return form


def form_fingerprint(form: FormVersion) -> str:
    """Of all that can be edited in it."""
    return fingerprint(*(getattr(form, name) for name in EDITABLE))


def _next_number(programme: Programme) -> int:
    last = FormVersion.objects.filter(programme=programme).order_by("-number").first()
    return last.number + 1 if last else 1


def _locked(form: FormVersion) -> FormVersion:
    """Programme first, as everywhere: whoever begins an application locks it before it reads the newest form."""
    lock(form.programme)
    return lock(form)
