"""Self-evaluation in the leadership behaviours: as many boxes as the programme has behaviours."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from cohorts.errors import EvaluationUnfinished
from cohorts.queries.behaviours import BehaviourLine, Evaluation
from cohorts.rules.behaviours import SCALE, Judged, Reviewed
from npqh_portal.web.fields import Radios

from .writing import Answer, Writing

_MISSING = {"rating": "Choose where you stand in {name}", "plan": "Write how you will develop {name}"}


class Rating(forms.TypedChoiceField):
    """One step of the scale. Asked for, and yet a draft may be without it."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(str(step), words) for step, words in SCALE.items()]
        super().__init__(choices=choices, coerce=int, empty_value=None, widget=Radios(), **kwargs)

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


Boxes = dict[str, forms.Field]


class BehavioursForm(Writing):
    """`boxes` of every behaviour, each named with the number of the behaviour behind it."""

    def __init__(
        self, data: QueryDict | None, *, evaluation: Evaluation, boxes: Callable[[BehaviourLine], Boxes]
    ) -> None:
        stands = evaluation.stands
        super().__init__(data, revision=stands.revision if stands else 0)
        self.lines = evaluation.lines
        for line in self.lines:
            self.fields |= {f"{name}_{line.behaviour.number}": field for name, field in boxes(line).items()}

    def parts(self) -> list[tuple[BehaviourLine, list[BoundField]]]:
        """Each behaviour with its boxes, as the page shows them."""
        return [
            (line, [self[name] for name in self.fields if name.endswith(f"_{line.behaviour.number}")])
            for line in self.lines
        ]

    def value(self, name: str, line: BehaviourLine) -> Any:
        return self.cleaned_data[f"{name}_{line.behaviour.number}"]

    def say_missing(self, refusal: EvaluationUnfinished) -> None:
        """Under each box that is still empty."""
        self.add_error(None, str(refusal))
        names = {line.behaviour.number: line.behaviour.name for line in self.lines}
        for number, what in refusal.missing:
            self.add_error(f"{what}_{number}", _MISSING[what].format(name=names[number]))


class EvaluationForm(BehavioursForm):
    def __init__(self, data: QueryDict | None, *, evaluation: Evaluation) -> None:
        super().__init__(data, evaluation=evaluation, boxes=_boxes_at_start)

    def judged(self) -> list[Judged]:
        return [
            Judged(line.behaviour.number, self.value("rating", line), self.value("plan", line)) for line in self.lines
        ]


def _boxes_at_start(line: BehaviourLine) -> Boxes:
    rating = line.said.rating if line.said else None
    return {"rating": Rating(label=f"{line.behaviour.name}: where do you stand?", initial=rating)} | _plan_box(line)


class PlansForm(BehavioursForm):
    def __init__(self, data: QueryDict | None, *, evaluation: Evaluation) -> None:
        super().__init__(data, evaluation=evaluation, boxes=_plan_box)

    def plans(self) -> dict[int, str]:
        return {line.behaviour.number: self.value("plan", line) for line in self.lines}


def _plan_box(line: BehaviourLine) -> Boxes:
    plan = line.said.plan if line.said else ""
    return {"plan": Answer(label=f"{line.behaviour.name}: how will you develop it?", rows=3, initial=plan)}


class ReviewForm(BehavioursForm):
    def __init__(self, data: QueryDict | None, *, evaluation: Evaluation) -> None:
        super().__init__(data, evaluation=evaluation, boxes=_boxes_at_end)

    def reviewed(self) -> list[Reviewed]:
        return [
            Reviewed(line.behaviour.number, *(self.value(name, line) for name in ("rating", "helped", "what_next")))
            for line in self.lines
        ]


def _boxes_at_end(line: BehaviourLine) -> Boxes:
    said, name = line.said, line.behaviour.name
    return {
        "rating": Rating(label=f"{name}: where do you stand now?", initial=said.rating_now if said else None),
        "helped": Answer(label=f"{name}: what helped?", rows=2, required=False, initial=said.helped if said else ""),
        "what_next": Answer(
            label=f"{name}: what is next?", rows=2, required=False, initial=said.what_next if said else ""
        ),
    }
