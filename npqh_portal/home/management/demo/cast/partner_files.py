"""Applications that the delivery partner took on its own form, as its office saved them."""

from dataclasses import dataclass

_COLUMNS = (
    "full_name,email,date_of_birth,trn,role,role_reach,headship,headship_started_on,works_in_england,work_setting,"
    "school_urn,school_name,previously_funded,funding_route,wants_new_head_support,wants_one_to_one,endorser_role,"
    "endorser_name,endorser_email,endorsed"
)


@dataclass(frozen=True)
class PartnerFile:
    name: str
    lines: tuple[str, ...]

    @property
    def content(self) -> bytes:
        return "\r\n".join((_COLUMNS, *self.lines, "")).encode("cp1252")


_BRAN = (
    "Bran Ullswater-Shah,bran.ullswater-shah@school.example,14/03/1979,2190432,Headteacher,one_school,serving,"
    "01/09/2019,yes,a_school,900313,,no,scholarship,,no,,,,yes"
)

# The school of the third has no URN in it: somebody has to find it.
RECEIVED = PartnerFile(
    "fellbeck-applications-1.csv",
    (
        _BRAN,
        "Cecily Hartsop,cecily.hartsop@school.example,02/11/1983,2190440,Deputy headteacher,one_school,aspiring,,yes,"
        "a_school,900314,,no,scholarship,,yes,headteacher,Perdita Loweswater,perdita.loweswater@school.example,no",
        "Ansel Dovedale-Wu,ansel.dovedale-wu@school.example,27/06/1976,,Headteacher,one_school,serving,01/01/2020,yes,"
        "a_school,,Gorselwold Village School,no,scholarship,,no,,,,yes",
    ),
)

# One is known already, one is sound, and three are not: a figure lost to a spreadsheet, a closed school, no headship.
WAITING_FILE = PartnerFile(
    "fellbeck-applications-2.csv",
    (
        _BRAN,
        "Delphina Grisedale,delphina.grisedale@school.example,19/09/1981,2190457,Headteacher,one_school,serving,"
        "01/09/2018,yes,a_school,900316,,no,scholarship,,yes,,,,yes",
        "Lucian Matterdale-Obi,lucian.matterdale-obi@school.example,05/05/1985,219046,Deputy headteacher,one_school,"
        "aspiring,,yes,a_school,900317,,no,scholarship,,no,,,,yes",
        "Rosmerta Threlkeld-Bone,rosmerta.threlkeld-bone@school.example,11/12/1978,2190473,Headteacher,one_school,"
        "serving,01/09/2017,yes,a_school,900220,,no,scholarship,,no,,,,yes",
        "Torquil Borrowdale,torquil.borrowdale@school.example,30/01/1974,2190481,Headteacher,one_school,,,yes,"
        "a_school,900324,,no,school,,no,,,,yes",
    ),
)
