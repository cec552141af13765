"""People will type children's names: we notice, and we keep nothing."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from conftest import Server

from service.privacy import personal_details

NAME, NHS, POSTCODE, PHONE = (
    "a name with a date of birth",
    "an NHS number",
    "a postcode",
    "a telephone number",
)

# Names and numbers below are made up: telephone numbers are of the ranges kept for drama, NHS numbers start with 999.
IDENTIFYING = {
    "Jane Example born 03/04/2015, when is the conference due?": [NAME],
    "Jane Example, dob 3.4.15, is missing": [NAME],
    "Jane Example (DOB 03-04-2015)": [NAME],
    "Jane Mary Example date of birth 3 April 2015": [NAME],
    "Jane Example, 03/04/2015, on a plan": [NAME],
    "Jane Example 3rd April 2015": [NAME],
    "worried about Jo-Ann Example-Sample born 1st Dec 2019": [NAME],
    "what about Jane Example who was born on 3 april 2015": [NAME],
    "Jane Example (3 September, 2012)": [NAME],
    "Jane Example d.o.b. 01/01/2020": [NAME],
    "NHS number 999 000 0018": [NHS],
    "NHS 999-000-0026": [NHS],
    "her number is 9990000034": [NHS],
    "child 9990000042 is at risk": [NHS],
    "who visits SW1A 1AA?": [POSTCODE],
    "the family lives at M1 1AE": [POSTCODE],
    "they moved to EC1A1BB": [POSTCODE],
    "W1A 0AX and no answer at the door": [POSTCODE],
    "cr2 6xh": [POSTCODE],
    "DN55 1PT?": [POSTCODE],
    "B33 8TH - who is responsible?": [POSTCODE],
    "GIR 0AA": [POSTCODE],
    "mum's phone is 07700 900123": [PHONE],
    "call 07700900456": [PHONE],
    "call +44 7700 900789": [PHONE],
    "0113 496 0000 rang twice": [PHONE],
    "(020) 7946 0000 is the school": [PHONE],
    "020 7946 0958": [PHONE],
    "01632-960-001": [PHONE],
    "ring 01632 960983 after 5": [PHONE],
    "Jane Example born 03/04/2015 of SW1A 1AA, NHS 999 000 0018, tel 07700 900123": [NAME, NHS, POSTCODE, PHONE],
    "999 000 0018 at M1 1AE": [NHS, POSTCODE],
    "Jane Example DOB 3/4/15": [NAME],
    "jane example born 03/04/2015": [NAME],
    "jane example dob 03/04/2015": [NAME],
    "JANE EXAMPLE, 03.04.2015": [NAME],
    "Jane (03/04/2015)": [NAME],
    "Jane, born 3 April 2015": [NAME],
    "Jane E. born on 3/4/2015": [NAME],
    "Example, Jane 03-04-2015": [NAME],
    "Jane Example 2015-04-03": [NAME],
    "DOB 03/04/2015 Jane Example": [NAME],
    "born 3rd of April 2015, name Jane Example": [NAME],
    "my client Jane O'Neill born 12/12/2012": [NAME],
    "Siân Example-Jones born 1 May 2014": [NAME],
    "Zoë Example dob:01/05/14": [NAME],
    "a girl called Jane, dob 03/04/2015": [NAME],
    "Jane Example's date of birth is 3 April 2015": [NAME],
    "D.O.B: 03/04/2015 for Jane": [NAME],
    "Jane Example\nborn 03/04/2015": [NAME],
    "Jane Example born April 3, 2015": [NAME],
    "nhs no. 9990000018": [NHS],
    "NHS: 999 000 0026.": [NHS],
    "SW1A1AA": [POSTCODE],
    "the family moved to S17ZD": [POSTCODE],
    "EC1A  1BB": [POSTCODE],
    "07700-900-123": [PHONE],
    "+447700900123": [PHONE],
    "0044 7700 900123": [PHONE],
    "+44 (0)7700 900123": [PHONE],
    "07700.900.123": [PHONE],
    "020 79460958": [PHONE],
    "(01632) 960001": [PHONE],
}

ORDINARY = (
    "When does the core group meet?",
    "How long do we have to hold the first conference after a strategy meeting?",
    "What must happen within 45 working days of a referral?",
    "what is s47?",
    "does s17ZD apply to a young carer?",
    "section 47 enquiries and section 16C(1) of the Children Act 2004",
    "What does Working Together 2023 say on page 92?",
    "paragraphs 153 to 161",
    "What changed on 15 December 2023?",
    "deadline 30/09/2026",
    "the strategy discussion was on 03/04/2024, when is the conference due?",
    "born 3 April 2015, is a child still a child at 18?",
    "a baby born yesterday",
    "Is a child born in 2008 still covered?",
    "The Local Authority must act within 1 working day",
    "Child Safeguarding Practice Review Panel",
    "Who is the Lead Practitioner for Early Help?",
    "Child Protection Conference, 15 working days",
    "Jane Example asks who chairs the meeting",
    "call 999 or 101",
    "call 0800 1111",
    "budget 1000000000 pounds",
    "our reference is 999 000 0019",
    "case 1234567890",
    "15 10 45 20 5 1",
    "1989 and 2004 Acts, 2018 and 2023 editions",
    "SI 2018/789",
    "ca1989/s47",
    "ICPC within 15 WD of SD",
    "A1 form and B2 form",
    "MAPPA, MARAC and LADO",
    "Keeping Children Safe in Education 2024",
    "CPP at 3 months then 6 months",
    "Y11 pupil, KS4, EHCP",
    "£26,500 for 2 children aged 3 and 5",
    "Strategy Discussion 3/4/2024, when is the ICPC due?",
    "Initial Child Protection Conference, 03/04/2024",
    "Core Group (3 April 2024)",
    "referral received Monday 3 April 2024",
    "Rapid Review 12/12/2024",
    "Operation Encompass 3 May 2024",
    "Keeping Children Safe in Education, 1 September 2024",
    "Integrated Care Boards 1 July 2022",
    "Children Act 2004, in force 30 September 2026",
    "Who reviews a child born 03/04/2015?",
    "twins born 3 April 2015, one plan or two?",
    "for a baby born on 1 May 2024 when must we visit?",
    "the Ofsted letter (4 May 2024)",
    "ISBN 978 1 78655 801 0",
    "10 working days, 15 working days, 45 working days",
    "Who is the LADO in London Borough X?",
    "Working Together 2018-07-04",
    "paragraph 153, page 58 (15 December 2023)",
    "Police Protection 72 hours from 3/4/2024",
    "child aged 7, birthday 3 April",
    "",
)


@pytest.mark.parametrize(("question", "kinds"), IDENTIFYING.items())
def test_what_looks_like_a_person_is_noticed(question: str, kinds: list[str]) -> None:
    assert personal_details(question) == kinds


@pytest.mark.parametrize("question", ORDINARY)
def test_ordinary_questions_are_not_held_up(question: str) -> None:
    assert personal_details(question) == []


def test_there_are_enough_of_each() -> None:
    assert len(IDENTIFYING) + len(ORDINARY) >= 100
    assert min(len(IDENTIFYING), len(ORDINARY)) >= 50


def questions_in(folder: Path) -> list[str]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line)["question"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


# Questions as people ask them, none of which names anybody: every warning here would be a false alarm.


def test_no_practice_question_is_held_up() -> None:
    asked = questions_in(Path(__file__).parent / "questions")
    assert len(asked) > 400
    assert [question for question in asked if personal_details(question)] == []


@pytest.mark.long
def test_no_question_that_search_learns_from_or_is_tried_by_is_held_up() -> None:
    corpus = Path(__file__).parent.parent / "corpus"
    asked = questions_in(corpus / "asked") + questions_in(corpus / "trials")
    assert len(asked) > 44_000
    assert [question for question in asked if personal_details(question)] == []


def test_a_text_of_any_length_is_read_at_once() -> None:
    started = time.perf_counter()
    for text in ("Jane Example " * 80_000, "dob " * 250_000, "born 1/1/" * 110_000):
        personal_details(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("last", range(10))
def test_ten_digits_are_an_nhs_number_only_with_the_right_check_digit(last: int) -> None:
    assert personal_details(f"NHS 999000001{last}") == ([NHS] if last == 8 else [])


# Nothing typed is kept.


def ask_everything(address: str, marker: str) -> int:
    """Ask at least a hundred questions that hold the marker, by every door and with every sort of fault."""
    asked = 0
    with httpx.Client(base_url=address, timeout=20) as client:
        for number in range(7):
            text = f"{marker} {number} when does the core group meet"
            in_path = quote(text)
            query = f"SELECT * {{ ?s ?p '{text}' }}"
            responses = [
                client.get("/", params={"q": text}),
                client.get("/", params={"q": text, "role": marker}),
                client.post("/", data={"q": text}),
                client.post("/", data={"q": text, "role": marker}),
                client.post("/", data={"q": f"{text} 07700 900123"}),
                client.post("/", data={"q": text, "confirmed": marker}),
                client.post("/", data={"q": f"{text}\x00"}),
                client.get("/api/ask", params={"q": text}),
                client.get("/api/ask", params={"q": text, "edition": marker, "limit": number}),
                client.get("/api/ask", params={"q": text, "limit": marker}),
                client.post("/api/ask", json={"q": text}),
                client.post("/api/ask", json={"q": text, marker: 1}),
                client.post("/api/ask", content=f'{{"q": "{text}', headers={"Content-Type": "application/json"}),
                client.post("/api/ask", content=f'{{"q": "a", "role": "\\ud800{marker}"}}'),
                client.get("/sparql", params={"query": query}),
                client.post("/sparql", data={"query": query}),
                client.post("/sparql", data={"query": f"SELECT {marker}"}, headers={"Accept": "text/html"}),
                client.post("/sparql", data={"update": f"INSERT DATA {{ <{marker}:a> <b:b> '{text}' }}"}),
                client.get(f"/{in_path}"),
                client.get(f"/static/{in_path}"),
                client.get(f"/id/{in_path}?q={in_path}"),
                client.put(f"/api/ask?q={in_path}"),
                client.post("/", files={"q": (marker, f"{text} ".encode() * 10_000)}),
            ]
            assert [one for one in responses if one.status_code >= 500] == []
            assert number != 0 or "core group" in responses[2].text, "the questions are really asked"
            asked += len(responses)
        killer = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != '{marker}') }}"
        assert client.post("/sparql", data={"query": killer}).status_code == 504
    return asked + 1


def files_with(marker: str, *folders: Path) -> list[Path]:
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and (marker.encode() in path.read_bytes() or marker in path.name)
    ]


def test_no_question_is_logged_or_kept(serve: Callable[..., Server], real_data: Path, tmp_path: Path) -> None:
    marker = "Zzyzxmarker"
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    server = serve(real_data, SAFEGUARD_QUERY_SECONDS="1", TMPDIR=str(temporary), HOME=str(home), PYTHONUNBUFFERED="1")
    assert ask_everything(server.url, marker) >= 100
    server.stop()
    assert server.log.read_text().startswith("http://"), "the log is caught"
    assert files_with(marker, server.log.parent, real_data, temporary, home) == []


def test_the_search_for_traces_finds_one(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("GET /?q=Zzyzxmarker", encoding="utf-8")
    (tmp_path / "other").write_text("GET /", encoding="utf-8")
    assert files_with("Zzyzxmarker", tmp_path) == [tmp_path / "log"]
