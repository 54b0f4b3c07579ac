"""Whom a visitor of the demonstration may sign in as: email address, and what there is to see."""

DEMO_SIGN_INS: tuple[tuple[str, str], ...] = (
    ("ottilie.brathay-sen@school.example", "Participant, whose course begins within two weeks"),
    ("maryam.okonjo-hale@school.example", "Participant, in month 10 and on track"),
    ("callum.innes-bhatt@school.example", "Participant, at risk: has something to catch up"),
    ("sunniva.plaskett@school.example", "Participant, at exactly 90%, and the assessment window is open"),
    ("yusra.coldbeck-lane@school.example", "Participant, who did not pass and may try again"),
    ("ines.caldbeck@school.example", "Participant, who holds a certificate"),
    ("freya.dunmail@school.example", "Participant, deferred"),
    ("cordelia.harter-bose@school.example", "Participant of the legacy programme, who passed at the second attempt"),
    ("constance.pavey-ark@school.example", "Applicant, with an unfinished application"),
    ("seraphina.coldharbour@school.example", "Applicant, who has begun nothing yet"),
    ("elowen.patterdale-okoro@school.example", "Applicant from the waiting list, with a place offered"),
    ("gwen.ashdown-pike@marlowick.example", "Facilitator, with a register to take today"),
    ("elias.wrenfield@larkfell.example", "Assessor, with a script to mark"),
    ("hollis.penderby@quillmark.example", "External assessor, with a script to mark"),
    ("philippa.sand-oduya@larkfell.example", "Moderator, with a script to check"),
    ("cormac.delahay-finch@larkfell.example", "Reviewer of applications"),
    ("tobias.farrant@larkfell.example", "Programme lead"),
    ("saskia.holme-verity@fellbeck.example", "Programme lead of a delivery partner"),
    ("honor.braithe-calloway@larkfell.example", "Administrator"),
)
