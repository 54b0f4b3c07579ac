"""What participants write in the course: formative work, with the feedback to it, and reflections."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """On a formative task, so many days ago; a draft where it was not sent, answered so many days ago if at all."""

    name: str
    task: str
    days_ago: int
    words: str
    is_sent: bool = True
    feedback: str = ""
    answered_days_ago: int = 0
    with_file: bool = False


@dataclass(frozen=True)
class Reflected:
    """So many days ago; on an item of the course, by its code, or under a title of one's own."""

    name: str
    days_ago: int
    words: str
    item: str = ""
    title: str = ""
    is_shared: bool = False


WORKED = (
    Worked(
        "Maryam Okonjo-Hale", "teaching-task", 40,
        "I followed science through the school, from the youngest to Year 6.\n\nThe youngest ask more than they are "
        "asked; by Year 4 that has turned round. Every class does the same three experiments, and nobody had noticed. "
        "Two teachers plan together, five alone.\n\nFirst step: the three experiments on one page, and a term of "
        "planning in pairs.",
        feedback="What you saw in Year 4 is the heart of it: begin there. Before you put anybody in pairs, ask the two "
        "who plan together what they had to give up for it.\n\nTry next: say how you would know by Easter that the "
        "children ask more.",
        answered_days_ago=36, with_file=True,
    ),
    Worked(
        "Winifred Osei-Larch", "needs-task", 3,
        "I followed a boy in Year 5 through a week. He was taken out of lessons seven times, by five people, who have "
        "never met. He missed the beginning of every lesson in mathematics.\n\nWe will put the five round a table, "
        "with his teacher in the chair.",
    ),
    Worked(
        "Maryam Okonjo-Hale", "development-task", 1,
        "One term, one thing: reading aloud.\n\nWeek 1: watch each other. Week 2:", is_sent=False,
    ),
)  # fmt: skip

REFLECTED = (
    Reflected(
        "Maryam Okonjo-Hale", 90, item="culture-reflection",
        words="I talk about the school’s values and walk past the staff room at lunch. Whoever sits alone there learns "
        "more about us from that than from any assembly.",
    ),
    Reflected(
        "Maryam Okonjo-Hale", 12, title="Before the governors", is_shared=True,
        words="I had eleven slides and they had one question: what will you stop doing? I had no answer, and said so. "
        "It was the best half-hour we have had. Bring one question next time, and no slides.",
    ),
)  # fmt: skip
