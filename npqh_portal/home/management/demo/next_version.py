"""What the draft of the next version does differently, as three cohorts have asked for it."""

from dataclasses import replace

from npqh_portal.programmes.rules.plans import Framework, ItemPlan

# By the code of an item. Minutes move from study to reflection, so that the sum of all stays as it is.
TITLES = {
    "needs-task": "Follow one pupil, and one family, through a week",
    "development-webinar-2": "Coaching: when it helps, and when it does not",
}
MINUTES = {"culture-study-2": 105, "culture-reflection": 45}


def next_version(plan: Framework) -> Framework:
    """More time to reflect on culture, two better titles, a longer catch-up, and a window of two weekends."""
    return replace(
        plan,
        items=tuple(_item(item) for item in plan.items),
        policy=replace(plan.policy, catch_up_days=56),
        tasks=tuple(replace(task, window_days=10) for task in plan.tasks),
    )


def _item(item: ItemPlan) -> ItemPlan:
    return replace(item, title=TITLES.get(item.code, item.title), minutes=MINUTES.get(item.code, item.minutes))
