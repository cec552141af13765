"""Notices when a question looks as if it names a child, so that the person can take the name out first."""

import re

#: Ten digits, as 3-3-4 or together; the last is a check digit (NHS Data Dictionary, NHS NUMBER).
NHS_NUMBER = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[0-9A-HJKPSTUW]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE)
TELEPHONE = re.compile(r"(?<!\d)(?:\+44 ?|\(?0)\d{2,4}\)?(?:[ -]?\d){6,8}(?!\d)")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{1,2}}(?:st|nd|rd|th)? {MONTH},? \d{{4}})"
NAME = r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+"
NAME_AND_BIRTH = re.compile(
    rf"{NAME}.{{0,40}}?\b(?i:dob|d\.o\.b\.?|born|date of birth)\b.{{0,15}}?(?i:{DATE})|{NAME},? \(?(?i:{DATE})"
)


def personal_details(question: str) -> list[str]:
    """What in the question looks like it identifies a person, by kind; empty when nothing does."""
    kinds = []
    if NAME_AND_BIRTH.search(question):
        kinds.append("a name with a date of birth")
    if any(_is_nhs_number("".join(found.groups())) for found in NHS_NUMBER.finditer(question)):
        kinds.append("an NHS number")
    if POSTCODE.search(question):
        kinds.append("a postcode")
    if TELEPHONE.search(question):
        kinds.append("a telephone number")
    return kinds


def _is_nhs_number(digits: str) -> bool:
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9])
