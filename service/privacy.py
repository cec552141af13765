"""Notices when a question looks as if it names a child, so that the person can take the name out first."""

import re
from collections.abc import Iterator

#: A longer question is refused, so no more of it has to be read.
LONGEST_READ = 1000
#: Ten digits, as 3-3-4 or together; the last is a check digit (NHS Data Dictionary, NHS NUMBER).
NHS_NUMBER = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
#: A section such as s17ZD is none, though it looks like one of Sheffield's.
POSTCODE = re.compile(
    r"\b(?!(?-i:s)\d+Z[A-Z]\b)(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[0-9A-HJKPSTUW]? {0,2}\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"(?<!\d)(?:(?:\+|00) ?44 ?(?:\(0\))? ?|\(?0)\d{2,4}\)?(?:[ .-]?\d){6,8}(?!\d)")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH},? \d{{4}}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
#: A birth and its date, with what stands just before and just after them.
BIRTH = re.compile(
    rf"(.{{0,40}})(?:\bdob\b|\bd\.o\.b\.?|\bborn\b|\bdate of birth\b).{{0,15}}?{DATE}(.{{0,30}})", re.IGNORECASE
)
#: A date that follows straight on what may be a name: "Jane Example, 03/04/2015".
DATED = re.compile(rf"(.{{0,40}}?)[,:]? ?\(?\b{DATE}", re.IGNORECASE)
DIGIT = re.compile(r"\d")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
WORDS = """
    a an the and or of to for in on at by with is was were are be been has had who whose which that this their his
    her its our my your one any each every when what how why where does do did must should may can after before
    since from child children baby babies boy girl son daughter twin twins sibling siblings brother sister pupil
    student person people infant toddler young mother father parent parents carer carers family client patient case
    now not still if dob birth date day days deadline due name names named called known i we they she he it s
    strategy discussion meeting referral received assessment initial review core group protection conference plan
    section early help need local authority working together act acts chapter appendix paragraph page annex edition
    guidance safeguarding partner partners practice panel serious incident national integrated care board social
    worker services council police health school visitor officer england monday tuesday wednesday thursday friday
    saturday sunday january february march april june july august september october november december icpc lado mash
    dsl nhs cin cp cpp rcpc ehcp send mappa marac no yes number premature ofsted cqc cafcass operation encompass
    keeping safe education annual yearly report wellbeing schools court hearing letter order visit
"""
#: Words that stand before a birth or begin with a capital without being anyone's name.
NO_NAMES = frozenset(WORDS.split())


def personal_details(question: str) -> list[str]:
    """What in the question looks like it identifies a person, by kind; empty when nothing does."""
    question = " ".join(question.split())[:LONGEST_READ]
    if not DIGIT.search(question):  # every kind has one
        return []
    kinds = []
    if _names_with_birth(question):
        kinds.append("a name with a date of birth")
    if any(_is_nhs_number("".join(found.groups())) for found in NHS_NUMBER.finditer(question)):
        kinds.append("an NHS number")
    if POSTCODE.search(question):
        kinds.append("a postcode")
    if TELEPHONE.search(question):
        kinds.append("a telephone number")
    return kinds


def _names_with_birth(question: str) -> bool:
    """Whether a name stands beside a date: any word beside a birth that is none of ours, or capitals before a date."""
    for found in BIRTH.finditer(question):
        before = [word for word in WORD.findall(found[1]) if word.lower() not in NO_NAMES]
        words = WORD.findall(found[1])
        near = [word for word in words[-1:] if word.lower().removesuffix("'s") not in NO_NAMES]
        if near or any(map(_is_capital, before[-3:])) or any(map(_is_capital, _names(found[2]))):
            return True
    for found in DATED.finditer(question):
        words = WORD.findall(found[1])
        names = [word for word in words[-3:] if _is_capital(word) and word.lower() not in NO_NAMES]
        follows = bool(words) and words[-1] in names and found[1].rstrip().endswith(words[-1])
        if follows and (len(names) > 1 or "(" in found[0][len(found[1]) :]):
            return True
    return False


def _names(text: str) -> Iterator[str]:
    return (word for word in WORD.findall(text) if word.lower() not in NO_NAMES)


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _is_nhs_number(digits: str) -> bool:
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9])
