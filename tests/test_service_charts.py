"""Pictures of results and of records show what the text beside them says, and nothing made up."""

from typing import Any

from service.charts import MOST_BARS, MOST_BOXES, Bars, Links, links_of, neighbourhood, picture_of_rows
from service.entities import Entity, Fact, Value

INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def row(**terms: str | int) -> dict[str, Any]:
    """A row as SPARQL's JSON has it; what looks like an address is one."""
    return {
        name: {"type": "literal", "value": str(term), "datatype": INTEGER}
        if isinstance(term, int)
        else {"type": "uri" if ":" in term else "literal", "value": term}
        for name, term in terms.items()
    }


def test_numbers_with_names_are_bars_as_long_as_the_numbers() -> None:
    picture = picture_of_rows(["who", "musts"], [row(who="police", musts=4), row(who="school", musts=1)])
    assert isinstance(picture, Bars)
    assert [(bar.name, bar.number) for bar in picture.bars] == [("police", "4"), ("school", "1")]
    assert picture.bars[0].length == 4 * picture.bars[1].length
    assert (picture.title, picture.more) == ("musts by who", False)
    assert picture.start < 100, "the bars begin beside the names, so that a small screen shows both"


def test_more_numbers_than_a_picture_holds_are_said_to_be_a_part() -> None:
    picture = picture_of_rows(["who", "musts"], [row(who=str(one), musts=1) for one in range(MOST_BARS + 1)])
    assert isinstance(picture, Bars)
    assert (len(picture.bars), picture.more) == (MOST_BARS, True)


def test_what_cannot_be_drawn_is_not_drawn() -> None:
    assert picture_of_rows(["who", "musts"], []) is None
    assert picture_of_rows(["who", "musts"], [row(who="police", musts=4)]) is None, "one row is no comparison"
    assert picture_of_rows(["who", "change"], [row(who="a", change=-1), row(who="b", change=2)]) is None
    assert picture_of_rows(["who"], [row(who="a"), row(who="b")]) is None
    assert picture_of_rows(["who", "musts"], [row(who="a", musts=0), row(who="b", musts=0)]) is None


def test_names_with_names_are_linked_boxes_each_drawn_once() -> None:
    picture = picture_of_rows(["who", "what"], [row(who="a", what="x"), row(who="a", what="y"), row(who="b", what="x")])
    assert isinstance(picture, Links)
    assert [box.lines for box in picture.boxes] == [["a"], ["b"], ["x"], ["y"]]
    assert len(picture.ways) == 3


def test_only_our_own_pages_are_links() -> None:
    ours, law = "https://w3id.org/safeguarding-kg/id/role/police", "http://www.legislation.gov.uk/id/ukpga/1989/41"
    found = [row(a=one, b="x:y") for one in (ours, law, "javascript:probe()", "http://elsewhere.example/")]
    picture = links_of([(one["a"], "b", one["b"]) for one in found], "All")
    assert picture is not None
    assert [box.link for box in picture.boxes] == ["/id/role/police", "/id/law/ukpga/1989/41", None, None, None]


def test_a_record_is_drawn_with_the_records_beside_it() -> None:
    links = tuple(Value(f"duty {one}", f"/id/duty/{one}") for one in range(MOST_BOXES + 1))
    facts = (
        Fact("bearer", "sg:bearer", (Value("police", "/id/role/police"),)),
        Fact("modality", "sg:modality", (Value("must", "/ontology#must"),)),
        Fact("action", "sg:action", (Value("act", None),)),
    )
    picture = neighbourhood(
        Entity("x", "Police must act", (), "Statement", None, facts, (Fact("in", "x", links),), False)
    )
    assert picture is not None
    assert [box.link for box in picture.boxes if box.x == max(one.x for one in picture.boxes)] == ["/id/role/police"]
    assert len(picture.boxes) == len(picture.ways) + 1 == MOST_BOXES + 2
    assert picture.more
    assert all(box.y + box.height <= picture.height for box in picture.boxes)
    assert neighbourhood(Entity("x", "Alone", (), "Thing", None, facts[1:], (), False)) is None
