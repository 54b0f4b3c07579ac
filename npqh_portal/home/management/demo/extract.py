"""A made-up register in the national format: what the schools are imported from, at any size.

The public extract has 139 columns, is written in Windows-1252 with CRLF, quotes what needs it and writes dates as
DD-MM-YYYY. Every school in it is invented: see `register`.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO, TextIOWrapper
from typing import TextIO

from .register import PHASES, STATUSES, Establishment

ENCODING = "cp1252"
MANY_FREE_MEALS = 24.0  # from here on a school is on the list of those that serve many disadvantaged pupils

COLUMNS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)", "EstablishmentTypeGroup (code)", "EstablishmentTypeGroup (name)",
    "EstablishmentStatus (code)", "EstablishmentStatus (name)", "ReasonEstablishmentOpened (code)",
    "ReasonEstablishmentOpened (name)", "OpenDate", "ReasonEstablishmentClosed (code)",
    "ReasonEstablishmentClosed (name)", "CloseDate", "PhaseOfEducation (code)", "PhaseOfEducation (name)",
    "StatutoryLowAge", "StatutoryHighAge", "Boarders (code)", "Boarders (name)", "NurseryProvision (name)",
    "OfficialSixthForm (code)", "OfficialSixthForm (name)", "Gender (code)", "Gender (name)",
    "ReligiousCharacter (code)", "ReligiousCharacter (name)", "ReligiousEthos (name)", "Diocese (code)",
    "Diocese (name)", "AdmissionsPolicy (code)", "AdmissionsPolicy (name)", "SchoolCapacity", "SpecialClasses (code)",
    "SpecialClasses (name)", "CensusDate", "NumberOfPupils", "NumberOfBoys", "NumberOfGirls", "PercentageFSM",
    "TrustSchoolFlag (code)", "TrustSchoolFlag (name)", "Trusts (code)", "Trusts (name)", "SchoolSponsorFlag (name)",
    "SchoolSponsors (name)", "FederationFlag (name)", "Federations (code)", "Federations (name)", "UKPRN",
    "FEHEIdentifier", "FurtherEducationType (name)", "OfstedLastInsp", "OfstedSpecialMeasures (code)",
    "OfstedSpecialMeasures (name)", "LastChangedDate", "Street", "Locality", "Address3", "Town", "County (name)",
    "Postcode", "SchoolWebsite", "TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName",
    "HeadPreferredJobTitle", "BSOInspectorateName (name)", "InspectorateReport", "DateOfLastInspectionVisit",
    "NextInspectionVisit", "TeenMoth (name)", "TeenMothPlaces", "CCF (name)", "SENPRU (name)", "EBD (name)",
    "PlacesPRU", "FTProv (name)", "EdByOther (name)", "Section41Approved (name)", "SEN1 (name)", "SEN2 (name)",
    "SEN3 (name)", "SEN4 (name)", "SEN5 (name)", "SEN6 (name)", "SEN7 (name)", "SEN8 (name)", "SEN9 (name)",
    "SEN10 (name)", "SEN11 (name)", "SEN12 (name)", "SEN13 (name)", "TypeOfResourcedProvision (name)",
    "ResourcedProvisionOnRoll", "ResourcedProvisionCapacity", "SenUnitOnRoll", "SenUnitCapacity", "GOR (code)",
    "GOR (name)", "DistrictAdministrative (code)", "DistrictAdministrative (name)", "AdministrativeWard (code)",
    "AdministrativeWard (name)", "ParliamentaryConstituency (code)", "ParliamentaryConstituency (name)",
    "UrbanRural (code)", "UrbanRural (name)", "GSSLACode (name)", "Easting", "Northing",
    "CensusAreaStatisticWard (name)", "MSOA (name)", "LSOA (name)", "InspectorateName (name)", "SENStat", "SENNoStat",
    "BoardingEstablishment (name)", "PropsName", "PreviousLA (code)", "PreviousLA (name)",
    "PreviousEstablishmentNumber", "OfstedRating (name)", "RSCRegion (name)", "Country (name)", "UPRN", "SiteName",
    "QABName (code)", "QABName (name)", "EstablishmentAccredited (code)", "EstablishmentAccredited (name)",
    "QABReport", "CHNumber", "MSOA (code)", "LSOA (code)",
)  # fmt: skip
LINK_COLUMNS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
_OPPOSITE = {"Successor": "Predecessor", "Successor - amalgamated": "Predecessor - amalgamated"}

# What a school without anything particular says in the columns that nothing here varies.
_NOT_APPLICABLE = (
    "ReasonEstablishmentOpened (name)", "Diocese (name)", "AdmissionsPolicy (name)", "TrustSchoolFlag (name)",
    "SchoolSponsorFlag (name)", "FurtherEducationType (name)", "OfstedSpecialMeasures (name)",
    "BSOInspectorateName (name)", "TeenMoth (name)", "CCF (name)", "SENPRU (name)", "EBD (name)", "FTProv (name)",
    "EdByOther (name)", "Section41Approved (name)", "QABName (name)", "EstablishmentAccredited (name)",
)  # fmt: skip
_ZERO = (
    "ReasonEstablishmentOpened (code)", "Diocese (code)", "AdmissionsPolicy (code)", "TrustSchoolFlag (code)",
    "OfstedSpecialMeasures (code)", "QABName (code)", "EstablishmentAccredited (code)",
)  # fmt: skip
_USUAL = {
    **dict.fromkeys(_NOT_APPLICABLE, "Not applicable"),
    **dict.fromkeys(_ZERO, "0"),
    "Boarders (code)": "1",
    "Boarders (name)": "No boarders",
    "NurseryProvision (name)": "No Nursery Classes",
    "OfficialSixthForm (code)": "2",
    "OfficialSixthForm (name)": "Does not have a sixth form",
    "Gender (code)": "3",
    "Gender (name)": "Mixed",
    "ReligiousCharacter (code)": "0",
    "ReligiousCharacter (name)": "Does not apply",
    "ReligiousEthos (name)": "Does not apply",
    "SpecialClasses (code)": "2",
    "SpecialClasses (name)": "No Special Classes",
    "FederationFlag (name)": "Not under a federation",
    "HeadPreferredJobTitle": "Headteacher",
    "UrbanRural (code)": "D1",
    "UrbanRural (name)": "(England/Wales) Rural town and fringe",
    "PreviousLA (code)": "999",
}


def write_extract(file: TextIO, schools: Iterable[Establishment]) -> int:
    """Write the extract into a file opened in `ENCODING` with `newline=""`. Answers with the number of rows."""
    place = {name: number for number, name in enumerate(COLUMNS)}
    usual = [_USUAL.get(name, "") for name in COLUMNS]
    writer, written = csv.writer(file), 0
    writer.writerow(COLUMNS)
    for school in schools:
        row = usual.copy()
        for name, value in _particulars(school).items():
            row[place[name]] = value
        writer.writerow(row)
        written += 1
    return written


def write_links(file: TextIO, schools: Iterable[Establishment]) -> None:
    """Which school came after which: both directions, as the register's file of links says it."""
    by_number = {school.number: school for school in schools}
    writer = csv.writer(file)
    writer.writerow(LINK_COLUMNS)
    for school in by_number.values():
        successor = by_number.get(school.life.successor or 0)
        if successor and school.status == "2":
            opened = _day(successor.life.opens_on)
            writer.writerow((school.urn, successor.urn, successor.name, school.life.link, opened))
            writer.writerow((successor.urn, school.urn, school.name, _OPPOSITE[school.life.link], opened))


def write_pp50(file: TextIO, schools: Iterable[Establishment]) -> None:
    _write_list(file, "PP50 School URN", (school for school in schools if school.free_meals >= MANY_FREE_MEALS))


def write_rise(file: TextIO, schools: Iterable[Establishment]) -> None:
    _write_list(file, "RISE School URN", (school for school in schools if school.on_rise))


def written(write: Callable[[TextIO, Iterable[Establishment]], object], schools: Iterable[Establishment]) -> BytesIO:
    """One of these files in memory, from its beginning."""
    content = BytesIO()
    text = TextIOWrapper(content, encoding=ENCODING, newline="")
    write(text, schools)
    text.detach()
    content.seek(0)
    return content


def _write_list(file: TextIO, header: str, schools: Iterable[Establishment]) -> None:
    writer = csv.writer(file)
    writer.writerow((header, "School name"))
    writer.writerows((school.urn, school.name) for school in schools if school.status != "2")


def _particulars(school: Establishment) -> dict[str, str]:
    code, name = school.authority
    low, high = school.ages
    values = {
        "URN": school.urn,
        "LA (code)": code,
        "LA (name)": name,
        "EstablishmentNumber": school.establishment_number,
        "EstablishmentName": school.name,
        "TypeOfEstablishment (code)": school.kind.code,
        "TypeOfEstablishment (name)": school.kind.name,
        "EstablishmentTypeGroup (code)": school.kind.group[0],
        "EstablishmentTypeGroup (name)": school.kind.group[1],
        "EstablishmentStatus (code)": school.status,
        "EstablishmentStatus (name)": STATUSES[school.status],
        "OpenDate": _day(school.life.opens_on),
        "ReasonEstablishmentClosed (code)": "0",
        "ReasonEstablishmentClosed (name)": "Not applicable",
        "PhaseOfEducation (code)": PHASES[school.phase],
        "PhaseOfEducation (name)": school.phase,
        "StatutoryLowAge": str(low),
        "StatutoryHighAge": str(high),
        "UKPRN": school.ukprn,
        "LastChangedDate": _day(school.changed_on),
        "Street": school.street,
        "Locality": school.locality,
        "Town": school.town,
        "County (name)": name,
        "Postcode": school.postcode,
        "SchoolWebsite": f"https://school-{school.urn}.example/",
        "TelephoneNum": f"1632960{school.number % 1000:03}",  # kept free for stories
        "GOR (name)": school.region,
        "DistrictAdministrative (name)": name,
        "ParliamentaryConstituency (name)": f"{school.town} and {name}",
        "GSSLACode (name)": f"E99000{code}",
        "Easting": str(300_000 + int(code) * 97 + school.number * 13 % 9_000),
        "Northing": str(400_000 + int(code) * 131 + school.number * 29 % 9_000),
        "RSCRegion (name)": school.region,
    }
    if school.status in "23":
        values["ReasonEstablishmentClosed (code)"], values["ReasonEstablishmentClosed (name)"] = school.life.reason
        values["CloseDate"] = _day(school.life.closes_on)
    if school.pupils is not None:
        boys = school.pupils * (48 + school.number % 5) // 100
        values |= {
            "CensusDate": _day(school.counted_on),
            "NumberOfPupils": str(school.pupils),
            "NumberOfBoys": str(boys),
            "NumberOfGirls": str(school.pupils - boys),
            "SchoolCapacity": str(school.pupils // 10 * 10 + 30),
            "PercentageFSM": f"{school.free_meals:g}",
        }
    return values


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
