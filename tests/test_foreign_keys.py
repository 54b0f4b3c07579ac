"""Foreign keys run downward only, like imports: nothing low may know of what stands on it."""

from django.apps import apps

LOWEST_FIRST = (
    "audit",
    "people",
    "notifications",
    "signin",
    "web",
    "schools",
    "programmes",
    "applications",
    "cohorts",
    "assessments",
    "home",
)


def references() -> list[tuple[str, str, str]]:
    """Every (package, field, package referred to) between our own tables, many-to-many ones included."""
    return [
        (model._meta.app_label, str(field), field.related_model._meta.app_label)
        for label in LOWEST_FIRST
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model
    ]


def upward(found: list[tuple[str, str, str]]) -> list[str]:
    height = {label: number for number, label in enumerate(LOWEST_FIRST)}
    return [f"{field} refers up to {above}" for below, field, above in found if height.get(above, 99) > height[below]]


def test_no_foreign_key_refers_to_a_package_above() -> None:
    assert upward(references()) == []


def test_the_audit_trail_refers_to_nothing() -> None:
    assert [field for package, field, _ in references() if package == "audit"] == []


def test_a_foreign_key_upward_would_be_seen() -> None:
    assert upward([("people", "people.User.cohort", "cohorts"), ("cohorts", "cohorts.Enrolment.person", "people")]) == [
        "people.User.cohort refers up to cohorts"
    ]


def test_every_package_with_tables_has_its_place_in_the_order() -> None:
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert ours == set(LOWEST_FIRST)
