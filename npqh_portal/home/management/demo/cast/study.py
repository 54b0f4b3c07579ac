"""What three modules say, page by page, and how far some people have read the one that comes next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`picture` and `handout` are the names of files beside it, which its words name."""

    title: str
    minutes: int
    body: str
    picture: str = ""
    handout: str = ""


@dataclass(frozen=True)
class Module:
    """Published so many days before today; or, without, before the cohort in the middle of its course began."""

    code: str
    pages: tuple[Page, ...]
    days_ago: int | None = None


@dataclass(frozen=True)
class Half:
    """Somebody who has read so many pages of the module that comes next, one an evening."""

    name: str
    pages: int


CULTURE = Module(
    "culture-study-1",
    (
        Page(
            "What people do when nobody looks",
            35,
            "A school’s culture is what its people take for granted. It is seen best in what needs no rule: who holds "
            "a door, who is greeted by name, what is said in the staff room about a child who is not there.\n\n"
            "## Words on the wall\n\n"
            "Most schools have their values written up. Written values change little by themselves. They begin to "
            "matter where three things come together:\n\n"
            "- people can say what a value **looks like on a Tuesday**, in their own job;\n"
            "- whoever leads does it first, and is seen to;\n"
            "- not doing it is noticed, and spoken of kindly and at once.\n\n"
            "## Try it\n\n"
            "Take one of your school’s values. Write down five things that somebody would see in the first ten minutes "
            "of a day if people held to it. If you cannot find five, your colleagues cannot either.",
        ),
        Page(
            "Hearing what you are not told",
            40,
            "The higher somebody stands, the less they hear. That is nobody’s fault: people bring a head good news, or "
            "news that cannot be kept back.\n\n"
            "## Three ways of listening\n\n"
            "1. **Ask for one thing.** “What should we stop doing?” is answered; “How are things?” is not.\n"
            "2. **Go where things happen.** A lunch hour, a bus queue, the first lesson after a wet break.\n"
            "3. **Read what you have.** Who leaves, who is away on Mondays, which corridor the incidents come from.\n\n"
            "> Whatever you hear first, thank whoever said it. The second thing you are told depends on it.\n\n"
            "## Try it\n\n"
            "Ask five people who never come to your office what you should stop doing. Write down their words, not "
            "yours.",
        ),
        Page(
            "From a wish to a habit",
            45,
            "Studies of schools that turned round agree in one thing more than in any other: they did few things, and "
            "did them every day. A habit that everybody keeps beats a plan that half the staff follow.\n\n"
            "## What a habit needs\n\n"
            "- It is **small**: it takes a minute, at a fixed moment.\n"
            "- It is **the same everywhere**: a child meets it in every room.\n"
            "- It is **taught**: to staff first, then to children, as one would teach fractions.\n"
            "- It is **looked after**: somebody sees each week whether it is still alive.\n\n"
            "## Try it\n\n"
            "Choose one moment of the day that goes badly. Describe, in two sentences that a new colleague would "
            "understand, how it should go. Bring them to the seminar.",
        ),
    ),
)

# Added long after most had finished.
CULTURE_SINCE = Page(
    "When the habit fades",
    15,
    "Every habit fades about half a term in. That is not failure; it is the moment at which cultures are made.\n\n"
    "Say what you see, without blame. Teach it again, from the beginning, to everybody. Then ask what made it hard, "
    "and change that.",
)

NEEDS = Module(
    "needs-study-2",
    (
        Page(
            "The right pupils",
            30,
            "Support often goes to those who ask for it, or for whom somebody asks. They are not always those who need "
            "it most. Quiet children wait, and so do those whose parents do not write letters.\n\n"
            "## Begin with teaching\n\n"
            "What helps children with additional needs most is good teaching in the room where they are: clear steps, "
            "things to look at, time to practise, a word of feedback while it is still of use. Whatever takes a child "
            "out of that room has to be better than it.\n\n"
            "## Look at the list\n\n"
            "Take the list of those who get support now. Who would be surprised to be on it? Who would be surprised "
            "not to be?",
        ),
        Page(
            "The right help",
            45,
            "Support in small groups can work well where it is **short, regular and tied to the lesson**, and given by "
            "somebody who was shown how. The same hour, unplanned, can do nothing at all, or leave a child further "
            "behind, because of what is missed meanwhile.\n\n"
            "Ask of each support in your school:\n\n"
            "- What is it for, in one sentence?\n"
            "- What does the child miss for it?\n"
            "- Who gives it, and who showed them how?\n"
            "- When does it end?\n\n"
            "[Questions for a review of support, on one page](file:review-of-support.pdf) can be printed and taken "
            "round.",
            handout="review-of-support.pdf",
        ),
        Page(
            "Knowing when to stop",
            45,
            "Support tends to grow and never to end. Set an end when you begin: six weeks, ten, one term. At the end "
            "there are three answers, and “carry on as before” is none of them.\n\n"
            "1. It has done its work: **stop**, and tell the child why.\n"
            "2. It is doing its work and is not done: **go on**, with a new end.\n"
            "3. It is not working: **change it**, and write down what you learned.\n\n"
            "## Try it\n\n"
            "Choose one support that has run for more than a year. Decide, with whoever gives it, which of the three "
            "it is.",
        ),
    ),
    days_ago=60,
)

NEEDS_DRAFT = (
    "Support tends to grow and never to end. Set an end when you begin: six weeks, ten, one term. At the end there are "
    "three answers, and “carry on as before” is none of them.\n\n"
    "1. It has done its work: **stop**, and tell the child and the parents why.\n"
    "2. It is doing its work and is not done: **go on**, with a new end.\n"
    "3. It is not working: **change it**, and write down what you learned.\n\n"
    "## Try it\n\n"
    "Choose one support that has run for more than a year. Decide, with whoever gives it, which of the three it is."
)

DEVELOPMENT = Module(
    "development-study-1",
    (
        Page(
            "Why a good day changes little",
            25,
            "Everybody remembers a training day that was inspiring. Fewer can say what they did differently a term "
            "later. The trouble is seldom the day. It is what does not come after it.\n\n"
            "![A drawing of eight weeks in pairs of bars. After a single day the first bars are high and shrink week "
            "by week until hardly anything is left; with practice every fortnight they begin low and grow until they "
            "are higher than the others ever were.](file:practice.png)\n\n"
            "*A drawing of what to look for, and no measurement: in light bars how many use a new routine after one "
            "day, in dark ones with practice every fortnight.*\n\n"
            "New teaching competes with old habits, in a room full of children, with no time to think. It wins only "
            "if it has been practised until it needs none.",
            picture="practice.png",
        ),
        Page(
            "What the better kind has in common",
            35,
            "Reviews of many studies find no single best form. Coaching can work, and so can groups of teachers, and "
            "courses. What the better ones share is more useful to know:\n\n"
            "- They **build on what people know**, and do not give everything at once.\n"
            "- They give people **a reason** and a goal of their own.\n"
            "- They **show** what it looks like, and let people **rehearse** it away from children.\n"
            "- They bring it **back**: with reminders, a look into the lesson, and a plan for the week.\n\n"
            "Leave one of them out, and the rest does less than one would think.\n\n"
            "## Try it\n\n"
            "Put your last three training days beside this list. What was always there? What never?",
        ),
        Page(
            "Rehearsing without feeling foolish",
            30,
            "Actors rehearse, surgeons rehearse, and teachers mostly do it for the first time in front of thirty "
            "children. Rehearsal feels awkward for about a fortnight. Whoever leads goes first, badly, and laughs.\n\n"
            "[A film of ten minutes stands here: in the demonstration, a short one about the player]"
            "(https://vimeo.com/76979871)\n\n"
            "## While you watch\n\n"
            "1. How long is each turn?\n"
            "2. How many things does the coach speak of?\n"
            "3. Does anybody do it a second time, at once?",
        ),
        Page(
            "One term, on one page",
            30,
            "A plan that fits on a page is a plan that is kept. Yours needs four lines:\n\n"
            "1. **One thing** that teachers will do differently, so plain that a visitor could see it.\n"
            "2. **When** it is shown, rehearsed and looked at: the weeks, with dates.\n"
            "3. **What stops** to make time for it.\n"
            "4. **How you will know**, half-way and at the end.\n\n"
            "## Try it\n\n"
            "Write the four lines now. They are the beginning of the formative task.",
        ),
    ),
    days_ago=40,
)

MODULES = (CULTURE, NEEDS, DEVELOPMENT)
HALF_WAY = (
    Half("Maryam Okonjo-Hale", 2),
    Half("Winifred Osei-Larch", 3),
    Half("Callum Innes-Bhatt", 1),
    Half("Gethin Arkleside", 2),
)
