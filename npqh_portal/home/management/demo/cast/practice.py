"""What people change in their own schools, and how they judge themselves in the leadership behaviours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Planned:
    """A change project, planned so many days ago, until so many days from today; shared with who supports them."""

    name: str
    days_ago: int
    what: str
    why: str
    for_whom: str
    how_known: str
    lasts_days: int
    is_shared: bool = False


@dataclass(frozen=True)
class Stepped:
    """Work on a stage or a work-based task; a draft where it was not sent. `on` is counted from the course's start
    where it is given, and else so many days ago."""

    name: str
    item: str
    words: str
    days_ago: int = 0
    on: int | None = None
    feedback: str = ""
    is_sent: bool = True
    picture: str = ""


@dataclass(frozen=True)
class Tried:
    """A small change in a course, planned so many days ago, and what happened."""

    name: str
    course: str
    days_ago: int
    planned: str
    happened: str = ""


PLANNED = (
    Planned(
        "Maryam Okonjo-Hale", 34,
        what="Every child reads aloud to an adult who listens, for ten minutes, three times a week, from Year 2 to 6.",
        why="Of 61 children in Years 3 and 4, 19 read more slowly than in the summer before. Eleven of them were heard "
        "by nobody in the week I looked. Teachers say that they have no time; the timetable says that they have.",
        for_whom="The 19 first, then all 148 from Year 2 on; and eight teachers and five assistants, who do it.",
        how_known="Nobody is heard less than three times a week by half-term. By summer 15 of the 19 read at the pace "
        "of their age, and the others are on their way there.",
        lasts_days=180,
    ),
    Planned(
        "Winifred Osei-Larch", 12,
        what="One plan for each child with additional needs, in place of five.",
        why="The boy whom I followed was taken out of seven lessons in a week by five people who have never met.",
        for_whom="Twelve children, and the adults round them.",
        how_known="Each of the twelve misses one lesson a week at most, and their parents can say what the plan is.",
        lasts_days=150, is_shared=True,
    ),
)  # fmt: skip

STEPPED = (
    Stepped(
        "Maryam Okonjo-Hale", "implementation-cycle-1", days_ago=27,
        words="I sat in on eleven lessons and asked all eight teachers the same three questions.\n\nThey hear those "
        "read who read well: it is pleasant. The nineteen are sent out to practise, alone. We tried volunteers three "
        "years ago; it ended when the one who found them left.\n\nSo: I will change who is heard, and by whom. I will "
        "leave the phonics scheme as it is.",
        feedback="You found what matters: who is heard is nobody’s decision at present. I would ask the nineteen too, "
        "before you settle how.\n\nBefore the next stage, say what stops to make room for it.",
        picture="Who was heard in one week, class by class. Names are left out.",
    ),
    Stepped(
        "Maryam Okonjo-Hale", "implementation-cycle-2", days_ago=8,
        words="Assembly on Tuesday and Thursday goes, for Years 2 to 6: that makes fifty minutes.\n\nThree assistants "
        "learn with me for four weeks, then each teaches one teacher. We begin with Year 3 alone. I would wait if more "
        "than one of the three were away in the first fortnight.",
        feedback="Clear, and small enough to begin. Watch the first fortnight yourself, every day: that is where the "
        "volunteers were lost.",
    ),
    Stepped(
        "Maryam Okonjo-Hale", "implementation-cycle-3", days_ago=1, is_sent=False,
        words="First fortnight, Year 3: 14 of 15 heard three times. Tuesday was harder because",
    ),
)  # fmt: skip

TRIED = (
    Tried(
        "Maryam Okonjo-Hale", "culture", 190,
        planned="Stand at the gate every morning for two weeks, and write down what I hear.",
        happened="Parents talk about lost jumpers and the car park; nobody about learning. Two told me what their "
        "children dread. I have kept on standing there on Mondays.",
    ),
    Tried(
        "Maryam Okonjo-Hale", "teaching", 60,
        planned="The three science experiments that every class repeats: one staff meeting, one page, who does what.",
        happened="Forty minutes. Year 5 gave up an experiment they liked. It is on the wall of the staff room now.",
    ),
    Tried("Maryam Okonjo-Hale", "needs", 9, planned="Hear the two children with the most plans say what helps them."),
    Tried(
        "Winifred Osei-Larch", "teaching", 55,
        planned="Watch one lesson in each class from the back row, with a pupil beside me who explains it to me.",
        happened="Six of nine could say what they were doing, two why. I told the staff the six before the two.",
    ),
    Tried("Winifred Osei-Larch", "needs", 6, planned="Put the five adults of one boy round a table for half an hour."),
    Tried("Callum Innes-Bhatt", "needs", 4, planned="Ask three parents to read me a support plan and explain it."),
)  # fmt: skip

# Legacy: by the place of a person in the cast, so that not everybody judges themselves alike.
RATINGS = ((3, 2, 3, 2, 1, 4, 3), (2, 3, 2, 2, 2, 3, 3), (3, 3, 2, 1, 2, 3, 4))
PLANS = (
    "Take on one thing a term that nobody asked of me, and say to the governors how it went.",
    "Hand the Year 6 residential to somebody who has never led one, and stay out of it.",
    "Keep Friday afternoons for what is important and not urgent, as my deputy will remind me.",
    "Talk each bad week through with a head of another school before I talk about it in mine.",
    "Ask two colleagues each half-term what it is like to be led by me.",
    "Say in the meeting what I say in the corridor.",
    "Learn how three of our families live their faith, from them.",
)
REVIEWED = ("Cordelia Harter-Bose", "Ansel Kirkscar", "Rosamund Eskgate-Mbatha")
HELPED = "The days with the group, and doing it once when it was not safe."
WHAT_NEXT = "Keep the habit through a term in which nobody asks after it."

WORK_TASKS = (
    Stepped(
        "Cordelia Harter-Bose", "strategy-task", on=40,
        words="A plan of two pages for the governing board: reading first, then everything that reading needs. The "
        "chair asked what we would stop; two clubs and a newsletter.",
        feedback="The two pages are better than the ten that you began with. Put the costs on the first.",
    ),
    Stepped(
        "Cordelia Harter-Bose", "curriculum-task", on=95,
        words="Eleven initiatives in three years, four of which nobody could name. Teachers put them at five hours a "
        "week; I counted seven. We have ended four.",
    ),
    Stepped(
        "Ansel Kirkscar", "strategy-task", on=44,
        words="I began with the money, and the board asked me to begin with the children. So I did.",
        feedback="You heard them. The third page is the one to begin with.",
    ),
)  # fmt: skip
