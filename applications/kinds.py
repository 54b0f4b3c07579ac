"""What there is to choose from, as it is stored and as people read it. Plain Python: the rules read it too."""

from npqh_portal.kinds import Kind


class RoleReach(Kind):
    """Over how many schools somebody leads, cross-school roles included (S47)."""

    ONE_SCHOOL = "one_school", "In one school"
    SEVERAL_SCHOOLS = "several_schools", "Across several schools, as an executive head for example"
    NATIONAL_LEADER = "national_leader", "As a National Leader of Education (NLE)"
    TRUST = "trust", "In a trust or another central team"


class WorkSetting(Kind):
    """Where somebody works; DfE's own values (C2, C6 step 4)."""

    A_SCHOOL = "a_school", "A school"
    AN_ACADEMY_TRUST = "an_academy_trust", "An academy trust"
    A_16_TO_19 = "a_16_to_19_educational_setting", "A 16 to 19 educational setting"
    EARLY_YEARS = "early_years_or_childcare", "Early years or childcare"
    ANOTHER_SETTING = "another_setting", "Another setting"
    OTHER = "other", "Somewhere else, or nowhere now"


class Nursery(Kind):
    """Which early years setting (C6 step 6)."""

    LOCAL_AUTHORITY = "local_authority_maintained_nursery", "A nursery maintained by a local authority"
    PRESCHOOL_CLASS = "preschool_class_as_part_of_school", "A pre-school class that is part of a school"
    PRIVATE = "private_nursery", "A private nursery"
    CHILDMINDER = "childminder", "A childminder"
    ANOTHER = "another_early_years_setting", "Another early years setting"


class EmploymentType(Kind):
    """How somebody in another setting is employed (C6 step 7). `ANOTHER` is ours: DfE's form has no such answer."""

    VIRTUAL_SCHOOL = "local_authority_virtual_school", "In a local authority's virtual school"
    HOSPITAL_SCHOOL = "hospital_school", "In a hospital school"
    YOUNG_OFFENDERS = "young_offender_institution", "In a young offender institution"
    SUPPLY_TEACHER = "local_authority_supply_teacher", "As a supply teacher employed by a local authority"
    LEAD_MENTOR = "lead_mentor_for_accredited_itt_provider", "As a lead mentor for an accredited ITT provider"
    ANOTHER = "another", "In another way"


class Eligible(Kind):
    """What the funding rule answers (C2). `UNKNOWN` is ours: what it asks is not known yet."""

    YES = "yes", "Eligible"
    NO = "no", "Not eligible"
    REVIEW = "review", "DfE has to review it"
    UNKNOWN = "unknown", "Cannot say yet"


class FundingStatus(Kind):
    """Why somebody is eligible for funding, or is not: DfE's status codes (C2), and one of ours for what it lacks."""

    FUNDED = "funded", "Eligible for a funded place"
    UNFUNDED_COHORT = "unfunded_cohort", "No places of this start are funded"
    NOT_IN_ENGLAND = "not_in_england", "Does not work in England"
    PREVIOUSLY_FUNDED = "previously_funded", "Was funded for this qualification before"
    INELIGIBLE_ESTABLISHMENT_TYPE = "ineligible_establishment_type", "The workplace is of a type that is not funded"
    EARLY_YEARS_INVALID_NPQ = "early_years_invalid_npq", "This qualification is not funded in that early years setting"
    NOT_LEAD_MENTOR_COURSE = "not_lead_mentor_course", "Lead mentors are not funded for this qualification"
    SUBJECT_TO_REVIEW = "subject_to_review", "DfE reviews the employment"
    REFERRED = "referred_by_return_to_teaching_adviser", "DfE reviews the adviser's referral"
    SCHOOL_SOUGHT = "school_sought", "Cannot say yet: we look for the school"
    MARKED_FUNDED = "marked_funded_by_policy", "Found eligible on review"
    MARKED_INELIGIBLE = "marked_ineligible_by_policy", "Found not eligible on review"


class FundingRoute(Kind):
    """Who pays. A scholarship is DfE's; the others pay the programme's fee (C6 step 11, S38)."""

    SCHOLARSHIP = "scholarship", "DfE scholarship funding"
    SCHOOL = "school", "My school pays"
    TRUST = "trust", "My trust pays"
    SELF = "self", "I pay"
    ANOTHER = "another", "Somebody else pays"


class Strand(Kind):
    """Support beside the programme, each decided on its own (S5 to S9)."""

    NEW_HEADS = "new_heads", "Additional support for new headteachers"
    ONE_TO_ONE = "one_to_one", "One-to-one support"


class EndorserRole(Kind):
    HEADTEACHER = "headteacher", "Headteacher"
    CHAIR = "chair", "Chair of governors or of the trust"


class WithdrawReason(Kind):
    WORKLOAD = "workload", "No time for it now"
    FUNDING = "funding", "Cannot pay, or not funded"
    SCHOOL = "school", "Changing school or role"
    ANOTHER_PROVIDER = "another_provider", "Going to another provider"
    PERSONAL = "personal", "Personal reasons"
    OTHER = "other", "Another reason"


class By(Kind):
    """Who or what brought a funding or support decision about."""

    SUBMISSION = "submission", "When it was sent"
    DAILY = "daily", "The daily check"
    STAFF = "staff", "By hand"
