"""The least framework that is sound."""

from datetime import date

from npqh_portal.programmes.rules.plans import (
    AreaPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    ItemPlan,
    PolicyPlan,
    TaskPlan,
    Totals,
)

SEMINAR = ItemPlan("seminar", "Seminar", "seminar", 120, "face_to_face", course="culture")
MODULE = ItemPlan("module", "Module", "module", 60, "self_study")
WHOLE = ComponentPlan("all", "The whole course", ("seminar", "module"))
SOUND = Framework(
    code="npqh",
    name="NPQ in Headship",
    award="National Professional Qualification for Headship",
    framework="reformed",
    label="2026",
    effective_from=date(2026, 1, 1),
    delivery_months=18,
    assessment_months=3,
    terms=5,
    totals=Totals(180, 120, 120),
    counts=Counts(areas=1, tasks=1, courses=1),
    policy=PolicyPlan("combined", 90, (WHOLE,)),
    areas=(AreaPlan(1, "School culture"),),
    courses=(CoursePlan("culture", "Culture", (1,)),),
    items=(SEMINAR, MODULE),
    tasks=(TaskPlan("case-study", "Case study", 1500),),
)
