"""What the national extract says, and what follows from it."""

from collections.abc import Mapping

# Of the extract's columns, those that are kept: ours, and the name in its header (E2).
COLUMNS: Mapping[str, str] = {
    "urn": "URN",
    "name": "EstablishmentName",
    "establishment_number": "EstablishmentNumber",
    "type_code": "TypeOfEstablishment (code)",
    "type_name": "TypeOfEstablishment (name)",
    "phase_code": "PhaseOfEducation (code)",
    "phase": "PhaseOfEducation (name)",
    "status": "EstablishmentStatus (code)",
    "open_on": "OpenDate",
    "close_on": "CloseDate",
    "ukprn": "UKPRN",
    "street": "Street",
    "locality": "Locality",
    "address3": "Address3",
    "town": "Town",
    "county": "County (name)",
    "postcode": "Postcode",
    "la_code": "LA (code)",
    "la_name": "LA (name)",
    "region": "RSCRegion (name)",
    "pupils": "NumberOfPupils",
    "easting": "Easting",
    "northing": "Northing",
    "changed_on": "LastChangedDate",
}
# The file of links, or columns of the extract itself where it has them.
LINK_COLUMNS = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")

# `EstablishmentStatus (code)`: open, open but proposed to close, proposed to open.
SELECTABLE = ("1", "3", "4")
WELSH_TYPE = "30"
# Codes of local authorities that lie elsewhere: `Country (name)` is mostly blank (E2).
NOT_IN_ENGLAND = ("000", "673", "702", "704", "708")


def is_in_england(type_code: str, la_code: str) -> bool:
    """Codes as `School` holds them. Unknown codes are England's: the register is."""
    return type_code != WELSH_TYPE and la_code not in NOT_IN_ENGLAND
