"""What there is to choose from, for rules and tables alike."""

from npqh_portal.kinds import Kind


class SessionMode(Kind):
    """How a session is held (S80). The first two are also modes of items; a hybrid one has a hall and a link."""

    FACE_TO_FACE = "face_to_face", "In person"
    ONLINE = "online", "Online, together"
    HYBRID = "hybrid", "In person and online at once"


class ChangeKind(Kind):
    """What became of a session when the timetable changed. One change may be of several kinds at once."""

    NEW = "new", "New"
    MOVED = "moved", "Moved"
    SWITCHED = "switched", "Held another way"
    VENUE = "venue", "Another place"
    LINK = "link", "Another joining link"
    FACILITATOR = "facilitator", "Somebody else leads it"
    CANCELLED = "cancelled", "Cancelled"


class CalendarWay(Kind):
    """How somebody wants their sessions in their own calendar."""

    NONE = "none", "Not at all"
    FEED = "feed", "A private calendar that I subscribe to"
    INVITATIONS = "invitations", "An invitation by email for every session"


class Contrast(Kind):
    """In what a placement school differs from one's own (S66)."""

    PERFORMANCE = "performance", "How well its pupils do"
    PUPILS = "pupils", "Who its pupils are"
    GEOGRAPHY = "geography", "Where it lies"
    OTHER = "other", "In another way"


class Deferring(Kind):
    """Why somebody defers, as staff enter it; what was said of it stands beside, in words that can be erased."""

    BEREAVEMENT = "bereavement", "Somebody close to them died"
    ILLNESS = "illness", "A long illness"
    CHILD = "child", "Leave for a child"
    BREAK = "break", "A break from work"
    OTHER = "other", "Another reason"


class Leaving(Kind):
    """Why somebody withdraws, as staff enter it; what was said of it stands beside, in words that can be erased."""

    WORKLOAD = "workload", "Too much to do beside the job"
    CAPACITY = "capacity", "Their school could not spare them"
    COMMITMENT = "commitment", "It took more than they had expected"
    HEALTH = "health", "Health, or a child on the way"
    PERSONAL = "personal", "Another personal reason"
    PRIORITIES = "priorities", "They want to learn something else now"
    MOVED_SCHOOL = "moved_school", "They changed school"
    SCHOOL = "school", "Something changed at their school"
    SCHOOL_LEADERSHIP = "school_leadership", "The leadership of their school changed"
    CAREER = "career", "They changed career"
    ROLE = "role", "The programme does not fit their role"
    STRUCTURE = "structure", "How the programme is laid out"
    CONTENT = "content", "What the programme teaches"
    FACILITATION = "facilitation", "How its sessions are led"
    ACCESS = "access", "They could not take part fully"
    QUALITY = "quality", "Another fault of the programme"
    ASSESSMENT = "assessment", "They did not meet what the assessment asks"
    SILENT = "silent", "They no longer answer"
    PAYMENT = "payment", "The fee was not paid"
    MISTAKE = "mistake", "They were enrolled by mistake"
    OTHER = "other", "Another reason"


class CatchUpWay(Kind):
    """How a missed session is made good, other than on another date."""

    RECORDING = "recording", "Watch the recording"
    READING = "reading", "Read"
    OTHER = "other", "Something else"


class SharedWith(Kind):
    """Who reads what somebody wrote for themselves."""

    NOBODY = "nobody", "Nobody"
    COACH = "coach", "Your coach"
    GROUP = "group", "Your seminar group and its facilitator"


class ContactWay(Kind):
    """How staff spoke to a participant."""

    CALL = "call", "Call"
    EMAIL = "email", "Email"
    MEETING = "meeting", "Meeting"
    MESSAGE = "message", "Message"
