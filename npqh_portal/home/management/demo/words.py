"""What people of the demonstration write: applicants, reviewers, assessors, and the lead."""

from collections.abc import Sequence

from assessments.models import Verdict

STATEMENTS = (
    "I lead a school where most things work and a few have not moved for years. I want to learn, with people who "
    "carry the same responsibility, how to change one thing well, see whether it worked, and only then begin the next.",
    "We joined two schools last year, and we still have two of everything: two behaviour policies, two ways to teach "
    "reading, two staff rooms. I would like to know what to bring together first, and what can wait.",
    "As a deputy I have carried out other people's plans for nine years. Next year some of them will be mine. I want "
    "to practise deciding what not to do.",
    "Our results are good and our staff are tired. I have read enough about workload. What I have not seen is a school "
    "that took something away and kept it away, and I would like to lead one.",
    "Half of our pupils have free meals, and attendance has not come back. I want the evidence on what helps, and "
    "colleagues who will tell me when I am fooling myself.",
    "I was appointed in the middle of a year, after a hard inspection. Much was decided before I had met everybody. I "
    "would like to learn how others rebuilt trust while the work went on.",
)
HEADS = ("Orla Thwaite", "Perdita Loweswater", "Anselm Crosthwaite-Lee", "Ruth Hollinside", "Dev Martindale")
CHAIRS = ("Hesketh Marrin", "Imogen Haverthwaite", "Roland Askham-Bello", "Sunita Graythwaite", "Edith Pooley")
ANOTHER_CHAIR = "Marjorie Wray-Ncube"
NOT_ENDORSED = "We are between two inspections and two deputies: not this year. I have told him so."
WAIVED = "Endorsed on paper: the chair has no email address. The letter is in the file."
# What the second version of the form says otherwise, after a year of reading answers to the first.
REVISED_FORM = {
    "statement_question": "What one thing would you change first in your school, and what would you stop doing for it?",
    "statement_hint": "Plain notes are fine. Say what you would look at to know that it works.",
    "statement_words_most": 200,
}
DEFERRED = "A family emergency; back for the next cohort."
JURY = "Called to serve on a jury for three weeks."
MOVED = "The other group meets nearer to her school."
EXTENDED = "First headship since September, with an inspection in the first term."
REINSTATED = "The new post fell through, and she asked to come back."
WITHDRAWN = "Has taken a post outside headship."
NOTES_ACCEPT = (
    "",
    "Writes plainly about one school and one difficulty. Ready for this.",
    "Knows what they want to change and why it has not changed yet. Accept.",
    "A clear statement; the chair of governors supports it.",
)
NOTES_DECLINE = (
    "Leads no school yet, and hopes for another course.",
    "Wants to move into teacher education: another qualification fits better.",
)
DECLINED = "NPQ in Leading Teaching fits your present role better. We would gladly read you again next year."

FEEDBACK = {
    Verdict.PASS: (
        "You found the problem beneath the problem, and your plan says what you would stop doing. "
        "Say earlier how you would know that it is working.",
        "A plan that a tired school could carry out: three steps, each with a name and a date. "
        "The part on governance could be shorter.",
        "You weighed the evidence instead of listing it, and you say what you do not know. "
        "The costs deserve a line of their own.",
    ),
    Verdict.FAIL: (
        "Your diagnosis is sound. The plan lists nine actions without an order: choose the first two, say "
        "who does what by when, and what you expect to see.",
        "You describe what the school did. We need to read what changed for pupils, and how you know: "
        "bring the figures from before and after into the account.",
    ),
}

TAKEN_FROM_IT = (
    "That a rule nobody can explain is a rule nobody keeps. I will ask three pupils in each year what our rules are "
    "for, and write down what they say before we change any.",
    "I had not seen how much time the same two families cost every term, and how little of it is planned. From next "
    "month one of us rings them first, before anything has happened.",
    "The comparison of the two schools: the same money, and quite another order of steps. We began with the last one.",
)
MORE_PLEASE = "You tell well what was said. Add what you will do with it in your own school, and how you will know."

CLOSED = "The qualification has ended. Who did not pass has been told what they can do instead."
CONTACT_MORE = "We answer within two working days, in school holidays within a week."
SUPPORT_MORE = "From the next start on, a coach can also come to your school for a morning, twice in {months} months."


def one_of(choices: Sequence[str], key: str) -> str:
    """The same for the same key, whatever else changes."""
    return choices[sum(map(ord, key)) % len(choices)]
