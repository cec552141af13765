"""The pages in a real browser, as people use them: by keyboard, on a small screen, without JavaScript."""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from conftest import Server
from lxml import html
from test_service_site import FAULTY, PAGES

from service.editor import SCRIPT
from service.style import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = Path("/usr/bin/chromium")
QUESTION = "When does the core group meet?"
TOPIC = "The child protection plan: The core group"
SITE = "Safeguarding guidance"
CORE_GROUP = "Core group SHOULD (guidance) meet after the initial child protection conference"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.is_file():
        pytest.skip(f"{CHROMIUM} is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of a fresh browser profile, with all that the browser complained of and asked for."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def ask(self, question: str, role: str = "") -> None:
        self.page.get_by_label("What do you need to know?").fill(question)
        self.page.get_by_label("Your role").fill(role)
        self.follow(self.page.get_by_role("button", name="Find the answer"))

    def follow(self, control: "Locator") -> None:
        """Follow a link, or send a form: until the page that comes is there, what is read would be of the last."""
        with self.page.expect_navigation():
            control.click()


@pytest.fixture
def visit(browser: "Browser", request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """`visit("/")` opens an address; what the browser complains of, or asks another server for, fails the test.

    Without `base` it is of the server over the real build, which is not made for those who do not need it.
    """
    contexts, visits = [], []

    def open_page(address: str = "/", errors: int = 0, base: str = "", **options: Any) -> Visit:
        base = base or request.getfixturevalue("server").url
        context = browser.new_context(base_url=base, **options)
        contexts.append(context)
        visited = Visit(context.new_page())
        visits.append((visited, base, errors))
        visited.page.on("console", lambda message: visited.complaints.append(f"{message.type}: {message.text}"))
        visited.page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        context.on("request", lambda request: visited.requests.append(request.url))
        visited.page.goto(address)
        return visited

    yield open_page
    for visited, base, errors in visits:
        assert len(visited.complaints) == errors, visited.complaints
        assert [url for url in visited.requests if not url.startswith(f"{base}/")] == []
        assert visited.page.context.cookies() == []
    for context in contexts:
        context.close()


def fits(page: "Page") -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_home_says_what_to_do_about_danger_first(visit: Callable[..., Visit]) -> None:
    page = visit().page
    assert page.title() == f"Ask - {SITE}"
    text = page.locator("body").inner_text()
    assert text.index("If a child is in danger now, call 999.") < text.index("What do you need to know?")
    assert "Describe the situation, not the child." in text
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.locator("h1").count() == 1
    assert page.locator("script").count() == page.locator("script[src^='/static/comfort.js']").count() == 1


def test_a_question_can_be_asked_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    stops = []
    for _ in range(20):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if stops[-1] == "q":
            break
    assert stops == ["Skip to main content", "999", SITE, "Ask", "Duties", "Deadlines", "What changed", "Browse", "q"]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "one sees where one is"
    page.keyboard.type(QUESTION)
    for _ in ("role", "edition or date", "button"):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Find the answer"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert " ".join(page.locator(".card").first.locator("h3").inner_text().split()) == CORE_GROUP


def test_the_skip_link_leads_to_the_question(visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize("javascript", [True, False])
def test_an_answer_shows_clock_condition_source_and_conflict(visit: Callable[..., Visit], javascript: bool) -> None:
    visited = visit(java_script_enabled=javascript)
    visited.ask(QUESTION)
    page = visited.page
    card = page.locator(".card").first.inner_text()
    for said in (
        "Core group SHOULD (guidance)",
        "within 10 working days of the initial child protection conference",
        "set by guidance",
        "the child is the subject of a child protection plan",
        "page 97",
        "Two places pull two ways.",
        "page 105",
        "Our summary; read the paragraph.",
    ):
        assert said in card
    text = page.locator("main").inner_text()
    assert "Working Together 2023 has been replaced by a 2026 edition" in text
    assert "not legal advice" in text
    link = page.locator(".card").first.get_by_role("link", name="page 97").first
    assert (link.get_attribute("href") or "").endswith(".pdf#page=97")


def test_a_posted_question_stays_out_of_title_and_address(visit: Callable[..., Visit], server: Server) -> None:
    visited = visit()
    visited.ask(QUESTION)
    assert visited.page.title() == f"{TOPIC} - {SITE}"
    assert visited.page.url == f"{server.url}/#answer"
    assert not [url for url in visited.requests if "core" in url]
    assert visited.page.get_by_label("What do you need to know?").input_value() == QUESTION


def test_a_question_in_a_link_that_someone_shares_is_answered(visit: Callable[..., Visit]) -> None:
    page = visit("/?q=When+does+the+core+group+meet%3F").page
    assert page.title() == f"{QUESTION} - {SITE}"
    assert " ".join(page.locator(".card").first.locator("h3").inner_text().split()) == CORE_GROUP


def test_examples_can_be_followed(visit: Callable[..., Visit]) -> None:
    visited = visit()
    example = visited.page.locator(".examples a").first
    question = example.inner_text()
    visited.follow(example)
    assert visited.page.get_by_label("What do you need to know?").input_value() == question


def test_back_and_forward_lead_through_questions(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.ask(QUESTION)
    visited.ask("recipe for pancakes")
    visited.page.go_back()
    assert visited.page.title() == f"{TOPIC} - {SITE}"
    assert visited.page.locator(".card").count() >= 1
    visited.page.go_back()
    assert visited.page.title() == f"Ask - {SITE}"
    visited.page.go_forward()
    assert visited.page.title() == f"{TOPIC} - {SITE}"


def test_each_card_says_whether_it_is_for_the_role(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.ask(QUESTION, role="core group")
    assert "Yours?\nyes" in visited.page.locator(".card").first.inner_text()
    visited.ask(QUESTION, role="prison")
    assert "None of these duties reaches the role you chose" in visited.page.inner_text("main")
    assert "Yours?\nno, somebody else's" in visited.page.locator(".card").first.inner_text()
    assert visited.page.get_by_label("Your role").input_value() == "prison"


def test_personal_details_are_warned_of_before_the_answer(visit: Callable[..., Visit]) -> None:
    visited = visit()
    question = "When does the core group meet for Jane Example born 03/04/2015?"
    visited.ask(question)
    page = visited.page
    warning = page.get_by_role("alert").inner_text()
    assert page.title() == f"Check your question - {SITE}"
    assert "Your question looks as if it holds a name with a date of birth." in warning
    assert page.locator("#answer").count() == 0
    assert page.get_by_label("What do you need to know?").input_value() == question
    visited.follow(page.get_by_role("button", name="Ask it as it is"))
    assert page.get_by_role("alert").count() == 0
    assert "Jane" not in page.title()
    assert "Jane" not in page.url


def test_personal_details_can_be_taken_out(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.ask(f"{QUESTION} 07700 900123")
    assert "a telephone number" in visited.page.get_by_role("alert").inner_text()
    visited.ask(QUESTION)
    assert visited.page.get_by_role("alert").count() == 0


def test_a_role_that_is_not_known_is_explained_beside_the_question(visit: Callable[..., Visit]) -> None:
    visited = visit(errors=1)  # the browser notes the status 422
    visited.ask(QUESTION, role="socail worker")
    page = visited.page
    assert page.get_by_role("alert").inner_text().split("\n")[-1] == (
        "There is no role, agency or group 'socail worker' here; did you mean 'social worker'?"
    )
    assert page.get_by_label("What do you need to know?").input_value() == QUESTION
    role = page.get_by_label("Your role")
    assert role.get_attribute("aria-invalid") == "true"
    assert "role-error" in (role.get_attribute("aria-describedby") or "").split()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "role", "the summary leads to the field"


def test_nothing_found_is_not_nothing_applies(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.ask("recipe for pancakes")
    assert visited.page.title() == f"No answer found - {SITE}"
    text = visited.page.locator("main").inner_text()
    assert "That does not mean that there is no duty." in text
    assert "contact children's social care" in text


def test_an_address_that_does_not_exist_has_a_way_on(visit: Callable[..., Visit]) -> None:
    visited = visit("/no/such/page", errors=1)
    page = visited.page
    assert page.title() == f"Page not found - {SITE}"
    assert "There is no such page here." in page.inner_text("main")
    visited.follow(page.get_by_role("link", name="Ask a question"))
    assert page.title() == f"Ask - {SITE}"


def test_without_a_build_the_page_says_so(
    visit: Callable[..., Visit], serve: Callable[..., Server], tmp_path: Path
) -> None:
    visited = visit(errors=1, base=serve(tmp_path).url)
    assert visited.page.title() == f"Not ready - {SITE}"
    assert "There is no build in" in visited.page.inner_text("main")
    assert visited.page.locator("form").count() == 0, "nobody types a question for nothing"
    assert "If a child is in danger now, call 999." in visited.page.inner_text("body")


def test_local_numbers_are_shown_where_they_are_set(
    visit: Callable[..., Visit], serve: Callable[..., Server], tmp_path: Path
) -> None:
    local = serve(
        tmp_path,
        SAFEGUARD_AREA="Exampleshire & <b>Sample</b>",
        SAFEGUARD_FRONT_DOOR="01632 960000",
        SAFEGUARD_OUT_OF_HOURS="01632 960001",
        SAFEGUARD_LADO="01632 960002",
    )
    banner = visit("/about", base=local.url).page.locator(".danger").inner_text()
    assert "If a child is in danger now, call 999." in banner
    assert "Worried about a child in Exampleshire & <b>Sample</b>: children's social care 01632 960000" in banner
    assert "out of hours 01632 960001" in banner
    assert "LADO 01632 960002" in banner


def test_a_query_is_written_with_help_and_run_from_its_page(visit: Callable[..., Visit], light: str) -> None:
    if not (STATIC / SCRIPT).is_file():
        pytest.skip(f"{SCRIPT} was not built")
    visited = visit("/sparql", base=light)
    page = visited.page
    query = page.get_by_role("textbox", name="Query")
    visited.follow(page.get_by_role("button", name="Run the query"))
    assert page.url == f"{light}/sparql#result"
    assert [head.inner_text() for head in page.locator("th").all()] == ["bearer", "action", "limit", "page"]
    assert page.locator("tbody tr").count() > 10
    assert page.locator(".cm-line span[class]").count() > 10, "the query has colours"
    query.press("Control+A")
    query.type("ASK { ?x a sg:Requ")
    page.get_by_role("option", name="sg:Requirement").wait_for()
    assert "must" in page.locator(".cm-completionInfo").inner_text()
    page.wait_for_timeout(100)  # the list does not take what was typed before it could be seen
    query.press("Enter")
    query.type(" }")
    assert page.locator("#query").input_value() == "ASK { ?x a sg:Requirement }"
    query.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Run the query", "Tab is no trap"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Result" in page.locator("h2").all_inner_texts()
    assert page.locator("#query").input_value() == "ASK { ?x a sg:Requirement }"
    query.press("Control+A")
    query.type("DESCRIBE sg:must")
    visited.follow(page.get_by_role("button", name="Run the query"))
    assert "sg:must" in page.inner_text("pre")


def test_a_query_that_cannot_be_read_is_explained_and_kept(visit: Callable[..., Visit], light: str) -> None:
    visited = visit("/sparql", base=light, errors=1, java_script_enabled=False)
    page = visited.page
    page.get_by_label("Query").fill("SELECT * {")
    visited.follow(page.get_by_role("button", name="Run the query"))
    assert page.get_by_role("alert").inner_text().split("\n")[0] == "Problem"
    assert "The query cannot be read: " in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Query").input_value() == "SELECT * {"


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_nothing_has_to_be_scrolled_sideways(visit: Callable[..., Visit], width: int, scheme: str) -> None:
    visited = visit(errors=1, viewport={"width": width, "height": 640}, color_scheme=scheme)
    page = visited.page
    assert fits(page)
    for question in (QUESTION, "When must the council tell the national panel about a serious incident?", "x" * 1000):
        visited.ask(question)
        assert page.locator("#answer").is_visible()
        assert fits(page), question[:40]
    visited.ask(f"{QUESTION} SW1A 1AA")
    assert fits(page)
    page.goto("/sparql")
    assert fits(page)
    visited.follow(page.get_by_role("button", name="Run the query"))
    assert fits(page)
    page.goto("/no/such/page")
    assert fits(page)


def test_nothing_is_kept_in_the_browser(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.ask(QUESTION)
    assert visited.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visited.page.context.cookies() == []


@pytest.mark.parametrize("address", ["/", "/?q=When+does+the+core+group+meet%3F", "/?q=recipe+for+pancakes", "/sparql"])
def test_every_field_has_a_label_and_headings_step_down(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address).page
    unlabelled = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), textarea')]"
        ".filter(one => !one.labels.length).map(one => one.name)"
    )
    assert unlabelled == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(following <= level + 1 for level, following in pairwise(levels))
    assert page.locator("main").count() == 1
    repeated = page.evaluate(
        "[...document.querySelectorAll('[id]')].map(one => one.id).filter((id, at, ids) => ids.indexOf(id) !== at)"
    )
    assert repeated == []


# Every page, by everyone.

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def light(serve: Callable[..., Server], hash_data: Path, request: pytest.FixtureRequest) -> str:
    """The address of a server over the small build, with every setting that a page shows."""
    held: dict[str, Server] = request.config.stash.setdefault(LIGHT, {})
    if not held:
        held["server"] = serve(hash_data, SAFEGUARD_FRONT_DOOR="01632 960000", SAFEGUARD_REPORT_TO="errors@example.org")
    return held["server"].url


LIGHT = pytest.StashKey[dict[str, Server]]()


def seen_by_axe(page: "Page") -> list[str]:
    """What axe finds on a page whose every fold is open."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    if page.evaluate("typeof axe") == "undefined":
        # By the browser's own tools, which the page's policy does not bind.
        tools = page.context.new_cdp_session(page)
        tools.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


# All changes together are the same page as some of them, and so long that axe takes a minute.
@pytest.mark.parametrize("address", [*(one for one in PAGES if one != "/changes"), *FAULTY])
def test_every_page_is_for_everyone(visit: Callable[..., Visit], light: str, address: str) -> None:
    """Wide and narrow, light and dark, without JavaScript and on paper: one visit, for visits are what takes time."""
    if not AXE.is_file():
        pytest.skip(f"axe is not installed: {AXE}")
    page = visit(address, errors=int(address in FAULTY), base=light, viewport={"width": 1280, "height": 800}).page
    assert text_without_scripts(page.request.get(address, headers={"Accept": "text/html"}).text()) == text_of(page)
    assert seen_by_axe(page) == []
    assert fits(page)
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme="dark")
    assert seen_by_axe(page) == []
    assert fits(page)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav[aria-label='Main'] ul").is_visible()
    assert page.locator("main").is_visible()


def text_of(page: "Page") -> str:
    """The words of a page, less those that scripts add: a field that filters and a button that copies."""
    text = page.evaluate(
        """() => {
            const main = document.querySelector("main").cloneNode(true);
            main.querySelectorAll(".live, .copy").forEach(one => one.remove());
            return main.textContent;
        }"""
    )
    return " ".join(str(text).split())


def text_without_scripts(content: str) -> str:
    """The same of a page as it comes from the server, which is what a browser without JavaScript shows."""
    (main,) = html.fromstring(content).xpath("//main")
    for one in main.xpath(".//*[contains(@class, 'live')] | .//*[contains(@class, 'copy')]"):
        assert one.get("hidden") is not None
        one.drop_tree()
    return " ".join(str(main.text_content()).split())


def test_paper_says_what_was_asked_and_all_that_is_folded(visit: Callable[..., Visit], light: str) -> None:
    page = visit(f"/?q={QUESTION}", base=light).page
    fold = page.locator(".card details dl").first
    assert not fold.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".paper").inner_text() == f"Asked: {QUESTION}"
    assert fold.is_visible()
    link = "getComputedStyle(document.querySelector('.card dd a'), '::after').content"
    assert page.evaluate(link) == "none", "an address behind every link hides the words"


def test_the_text_can_be_made_four_times_as_large(visit: Callable[..., Visit], light: str) -> None:
    """1,280 pixels at 400 per cent are 320 pixels of the style sheet, each four wide."""
    for address in ("/", "/duties", "/process"):
        page = visit(address, base=light, viewport={"width": 320, "height": 256}, device_scale_factor=4).page
        assert fits(page)
        assert page.locator("main h1").is_visible()


def test_less_motion_means_none(visit: Callable[..., Visit], light: str) -> None:
    page = visit(base=light, reduced_motion="reduce").page
    moving = (
        "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert page.evaluate(moving) == 0


def test_every_page_can_be_walked_by_keyboard(visit: Callable[..., Visit], light: str) -> None:
    """Tab reaches every link, field and button once, in the order of the page, and one sees where one is."""
    page = visit("/browse", base=light).page
    wanted = page.evaluate("[...document.querySelectorAll('a[href], button, input, summary')].length")
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached == sorted(set(reached))
    assert len(reached) == wanted


def test_a_long_list_is_narrowed_while_typing(visit: Callable[..., Visit], light: str) -> None:
    page = visit("/topics", base=light).page
    page.get_by_label("Find by a word").fill("consent")
    assert 1 <= page.locator("#terms > div:visible").count() < 10
    assert "shown" in page.get_by_role("status").inner_text()


def test_the_citation_is_copied(visit: Callable[..., Visit], light: str) -> None:
    page = visit(f"/?q={QUESTION}", base=light, permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_role("button", name="Copy the citation").first.click()
    page.wait_for_selector("button:has-text('Copied')")
    assert page.get_by_role("status").inner_text() == "Copied", "it is said, too"
    assert "https://w3id.org/safeguarding-kg/id/duty/" in page.evaluate("navigator.clipboard.readText()")


def test_enter_never_goes_past_the_warning(visit: Callable[..., Visit], light: str) -> None:
    visited = visit(base=light)
    visited.ask("When is the review for Jane Example born 03/04/2015?")
    with visited.page.expect_navigation():
        visited.page.get_by_label("Your role").press("Enter")
    assert "looks as if it holds a name" in visited.page.get_by_role("alert").inner_text()


# How quickly.

LARGEST_PAINT = """new Promise(tell => new PerformanceObserver(seen => tell(seen.getEntries().at(-1).startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["/", f"/?q={QUESTION}", "/?q=What must the police do?"])
def test_a_slow_phone_on_a_slow_line_shows_the_page_within_a_second(
    browser: "Browser", server: Server, address: str, width: int
) -> None:
    """150 ms there and back, 1.6 Mbit/s, a processor four times as slow; nothing is held from before.

    The middle one of five visits: what else the machine does slows one or two, and the best of them tells too little.
    """
    painted, received = [], []
    for _ in range(5):
        context = browser.new_context(base_url=server.url, viewport={"width": width, "height": 740})
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        sizes: list[float] = []
        tools.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        line = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
        tools.send("Network.emulateNetworkConditions", line)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address)
        page.wait_for_timeout(500)
        painted.append(page.evaluate(LARGEST_PAINT))
        received.append(sum(sizes))
        context.close()
    middle = statistics.median(painted)
    print(f"\n{address} at {width}: {middle:.0f} ms ({min(painted):.0f} to {max(painted):.0f})", end=", ")
    print(f"{max(received) / 1000:.1f} kB")
    assert middle < 1000
    assert max(received) < 60_000


@pytest.mark.long
def test_an_answer_is_served_quickly(server: Server) -> None:
    lines = (Path(__file__).parent / "questions" / "tune.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    questions = [json.loads(line)["question"] for line in lines]
    times = []
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}) as client:
        for question in questions * 2:
            started = time.perf_counter()
            assert client.post("/", data={"q": question}).status_code == 200
            times.append((time.perf_counter() - started) * 1000)
    print(f"\np50 {statistics.median(times):.1f} ms")
    assert statistics.median(times) < 25
