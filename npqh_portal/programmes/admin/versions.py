"""Programme versions: looked at whole, edited part by part while drafts, published, copied, retired, compared."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.actions import copy_version, draft_policy, edit_draft, publish_version, retire_version
from npqh_portal.programmes.forms.drafts import (
    AreasForm,
    BehavioursForm,
    CopyForm,
    CoursesForm,
    DraftForm,
    FiguresForm,
    ItemsForm,
    PolicyForm,
    TasksForm,
    fault_labels,
)
from npqh_portal.programmes.forms.policies import NewPolicyForm
from npqh_portal.programmes.kinds import CountedStatus, ItemKind
from npqh_portal.programmes.models import (
    AssessmentTask,
    Behaviour,
    ContentArea,
    Course,
    EngagementPolicy,
    Item,
    ProgrammeVersion,
)
from npqh_portal.programmes.queries import draft_policy_of, plan_of, totals
from npqh_portal.programmes.rules.drafts import in_words
from npqh_portal.programmes.rules.faults import faults_of
from npqh_portal.programmes.rules.plans import Totals
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import Act, LookOnlyAdmin, PortalInline, site
from npqh_portal.web.words import hours, short_day

from .comparing import COMPARE


class PartInline(PortalInline):
    """The rows of one part; beside a draft's, the link to the act that edits them."""

    template = "programmes/part.html"
    act: ClassVar[str]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class ItemInline(PartInline):
    model = Item
    act = "items"
    fields = ("number", "title", "course", "kind", "mode", "time", "term", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return Item.objects.select_related("course")

    @admin.display(description="time")
    def time(self, item: Item) -> str:
        return hours(item.minutes)


class AreaInline(PartInline):
    model = ContentArea
    act = "areas"
    fields = ("number", "name", "part", "everywhere", "learning_statements")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentArea]:
        return ContentArea.objects.prefetch_related("statements")

    @admin.display(description="in every course")
    def everywhere(self, area: ContentArea) -> str:
        return _yes(area.in_every_course)

    @admin.display(description="learning statements")
    def learning_statements(self, area: ContentArea) -> str:
        return format_html_join("", "<p>{}</p>", ([statement.text] for statement in area.statements.all()))


class BehaviourInline(PartInline):
    model = Behaviour
    act = "behaviours"
    fields = ("number", "name", "descriptor")


class CourseInline(PartInline):
    model = Course
    act = "courses"
    fields = ("number", "title", "covers", "implements", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return Course.objects.prefetch_related("areas")

    @admin.display(description="areas")
    def covers(self, course: Course) -> str:
        return ", ".join(str(area.number) for area in course.areas.all())

    @admin.display(description="on implementation")
    def implements(self, course: Course) -> str:
        return _yes(course.is_implementation)


class PolicyInline(PartInline):
    model = EngagementPolicy
    act = "policy"
    verbose_name_plural = "engagement policy"
    fields = ("policy", "rule", "needed", "counts", "catch_up", "gates", "warns", "made_of")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EngagementPolicy]:
        return EngagementPolicy.objects.prefetch_related("components")

    @admin.display(description="policy")
    def policy(self, policy: EngagementPolicy) -> SafeString:
        there = reverse("admin:programmes_engagementpolicy_change", args=[policy.pk])
        since = f"adopted {short_day(policy.adopted_at)}" if policy.adopted_at else "draft"
        return format_html('<a href="{}">Policy {}</a>, {}', there, policy.number, since)

    @admin.display(description="needed")
    def needed(self, policy: EngagementPolicy) -> str:
        return f"{policy.threshold_percent}%"

    @admin.display(description="what counts")
    def counts(self, policy: EngagementPolicy) -> str:
        words = dict(CountedStatus.choices)
        counted = ", ".join(str(words[status]).partition(":")[0].lower() for status in policy.counted_statuses)
        return f"{counted}; attended from {policy.attended_percent}% of a session".capitalize()

    @admin.display(description="catch-up")
    def catch_up(self, policy: EngagementPolicy) -> str:
        names = dict(ItemKind.choices)
        kinds = ", ".join(str(names[kind]).lower() for kind in policy.catch_up_kinds)
        return f"{kinds}: {policy.catch_up_days} days".capitalize() if kinds else "None"

    @admin.display(description="early warning and questions about marks")
    def warns(self, policy: EngagementPolicy) -> str:
        return (
            f"Below {policy.spare_sessions} to spare. Asked within {policy.appeal_days} days, answered within "
            f"{policy.appeal_answer_days}"
        )

    @admin.display(description="needed to sit the assessment")
    def gates(self, policy: EngagementPolicy) -> str:
        return _yes(policy.gates_sitting)

    @admin.display(description="components")
    def made_of(self, policy: EngagementPolicy) -> str:
        names = dict(ItemKind.choices)
        return format_html_join(
            "",
            "<p>{}, weight {}: {}</p>",
            (
                (part.name, part.weight, ", ".join(str(names[kind]).lower() for kind in part.kinds))
                for part in policy.components.all()
            ),
        )


class TaskInline(PartInline):
    model = AssessmentTask
    act = "tasks"
    named = {"window_days": "days to write it in", "attempts_most": "attempts at most"}
    fields = ("number", "title", "part", "word_limit", "window_days", "attempts_most", "code")


def _edit(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> str:
    found = edit_draft(version, cleaned["change"], by=by)
    return "What you changed is saved." if found else "Nothing was changed."


def _publish(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> str:
    publish_version(version, by=by)
    return f"{version} is published."


def _copy(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> tuple[str, ProgrammeVersion]:
    copy = copy_version(version, label=cleaned["label"], by=by)
    return f"{copy} is a draft now.", copy


def _draft_policy(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> tuple[str, str]:
    policy = draft_policy(version, cleaned["plan"], by=by)
    there = reverse("admin:programmes_engagementpolicy_change", args=[policy.pk])
    return "The draft is there. Edit it, try it, and adopt it when it is right.", there


def _may_have_new_policy(version: ProgrammeVersion) -> bool:
    return version.state != VersionState.DRAFT and draft_policy_of(version) is None


def _why_no_new_policy(version: ProgrammeVersion) -> str:
    if version.state == VersionState.DRAFT:
        return "This version is a draft itself: edit its engagement policy beside its other parts."
    return "A new policy is being drafted already: it stands on the version’s page. Edit that one, or discard it first."


def _retire(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> str:
    retire_version(version, by=by)
    return f"{version} is retired."


def _is_draft(version: ProgrammeVersion) -> bool:
    return version.state == VersionState.DRAFT


def _faults(version: ProgrammeVersion) -> list[str]:
    labels = fault_labels()
    return [in_words(fault, labels) for fault in faults_of(plan_of(version))]


def _part(name: str, words: str, form: type[DraftForm], explains: str) -> Act:
    """An act whose link stands beside the rows that it edits."""
    return Act(
        name,
        words,
        run=_edit,
        roles=LEADS,
        form=form,
        explains=explains,
        template="programmes/rows.html",
        offered=_is_draft,
        says_when_over=True,
        linked_elsewhere=True,
    )


@admin.register(ProgrammeVersion, site=site)
class ProgrammeVersionAdmin(LookOnlyAdmin):
    changed_for_all = True
    named = {
        "published_at": "published",
        "loaded_at": "loaded or copied",
        "edited_at": "edited by hand",
        "effective_from": "can start from",
        "effective_to": "can start until",
        "extension_months_most": "longest extension in months",
        "delivery_months": "months of learning",
        "assessment_months": "months for assessment",
        "terms_least": "fewest terms in person",
        "framework_document_title": "framework document",
        "framework_document_edition": "its edition",
        "framework_document_url": "its address",
    }
    change_form_template = "programmes/version.html"
    list_display = ("programme", "label", "state", "effective_from", "effective_to", "published_at", "edited_at")
    list_display_links = ("programme", "label")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("label", "programme__name")
    search_help_text = "Label or programme"
    fieldsets = (
        (None, {"fields": ("programme", "label", "state", "effective_from", "effective_to", "ended_on", "learning")}),
        ("How long it takes", {"fields": (
            "delivery_months", "assessment_months", "extension_months_most", "terms", "terms_least", "days", "brings",
        )}),
        ("Assessment and money", {"fields": (
            "assessed_by", "fee", "submissions_included", "resubmission_charge", "resubmission_fee",
        )}),
        ("What is said of it", {"fields": (
            "framework_document_title", "framework_document_edition", "framework_document_url", "summary",
        )}),
        ("How it came about", {"fields": ("loaded_at", "edited_at", "published_at", "digest")}),
    )  # fmt: skip
    inlines = (ItemInline, CourseInline, AreaInline, BehaviourInline, PolicyInline, TaskInline)
    acts = (
        Act(
            "figures",
            "Edit the figures",
            run=_edit,
            roles=LEADS,
            form=FiguresForm,
            template="programmes/figures.html",
            offered=_is_draft,
            says_when_over=True,
        ),
        _part("items", "Edit the items", ItemsForm, "What people take part in, in the order in which they take it."),
        _part("courses", "Edit the courses", CoursesForm, "In the order in which they are taught."),
        _part(
            "areas", "Edit the content areas", AreasForm, "What the programme teaches, with what people can do then."
        ),
        _part("behaviours", "Edit the behaviours", BehavioursForm, "In which people evaluate themselves at the start."),
        _part("policy", "Edit the engagement policy", PolicyForm, "How engagement is worked out, and what is needed."),
        _part("tasks", "Edit the assessment tasks", TasksForm, "What is handed in at the end."),
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=LEADS,
            offered=_is_draft,
            explains="Intakes can then be opened for it. A published version never changes: read its items first.",
            grave=True,
            template="programmes/publish.html",
            context=lambda version: {"sums": totals(version), "faults": _faults(version)},
        ),
        Act(
            "copy",
            "Copy to a new draft",
            run=_copy,
            roles=LEADS,
            form=CopyForm,
            explains="The draft is like this version, and can be changed. People already enrolled keep what they have.",
        ),
        Act(
            "new_policy",
            "Draft a new engagement policy",
            run=_draft_policy,
            roles=LEADS,
            form=NewPolicyForm,
            offered=_may_have_new_policy,
            why_not=_why_no_new_policy,
            explains="For everybody who follows this version. Nothing goes by it until it is adopted, and before that "
            "it can be tried on all of them.",
        ),
        Act(
            "retire",
            "Retire",
            run=_retire,
            roles=LEADS,
            offered=lambda version: version.state == VersionState.PUBLISHED,
            explains="Nobody can apply for it any more; whoever is enrolled keeps it. It never comes back.",
            grave=True,
        ),
    )
    row_pages = (COMPARE,)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        version = self.get_object(request, object_id)
        extra: dict[str, Any] = {}
        if version and _is_draft(version):
            extra = {"faults": _faults(version), "may_edit": reaches_all(request.user, *LEADS)}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    @admin.display(description="hours of learning")
    def learning(self, version: ProgrammeVersion) -> str:
        """Both readings of 77, 41 and 12: the hours in person within those together, and beside them."""
        sums: Totals = totals(version)
        return (
            f"{hours(sums.minutes)} in all: {hours(sums.in_person_minutes)} in person, "
            f"{hours(sums.online_minutes)} online together, {hours(sums.own_time_minutes)} in one’s own time. "
            f"Together: {hours(sums.synchronous_minutes)} with those in person, {hours(sums.online_minutes)} without."
        )

    @admin.display(description="days out of school")
    def days(self, version: ProgrammeVersion) -> str:
        if not version.day_equivalents:
            return "–"
        return f"{version.day_equivalents}, of {hours(version.day_minutes)} each"

    @admin.display(description="every course brings")
    def brings(self, version: ProgrammeVersion) -> str:
        names = dict(ItemKind.choices)
        return ", ".join(str(names[kind]) for kind in version.cycle) or "–"

    @admin.display(description="fee")
    def fee(self, version: ProgrammeVersion) -> str:
        return _pounds(version.fee_pence)

    @admin.display(description="charge for a resubmission")
    def resubmission_fee(self, version: ProgrammeVersion) -> str:
        return _pounds(version.resubmission_fee_pence)


def _yes(is_so: bool) -> str:
    return "Yes" if is_so else "–"


def _pounds(pence: int | None) -> str:
    return "–" if pence is None else f"£{pence // 100:,}.{pence % 100:02}"
