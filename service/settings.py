"""Settings, read once from the environment and passed on as one frozen object."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote

from ontology.errors import InputError

#: (environment variable, field, what it is), the one list that help and README are held against.
VARIABLES = (
    (
        "SAFEGUARD_DATA",
        "data_dir",
        "folder for builds, documents and downloads; left out: the platform's user data folder",
    ),
    ("SAFEGUARD_AREA", "area", "name of the local area whose numbers are shown"),
    ("SAFEGUARD_FRONT_DOOR", "front_door", "telephone number of the local children's social care team"),
    ("SAFEGUARD_OUT_OF_HOURS", "out_of_hours", "telephone number of the out-of-hours team"),
    ("SAFEGUARD_LADO", "lado", "telephone number of the local authority designated officer"),
    (
        "SAFEGUARD_REPORT_TO",
        "report_to",
        "where an error in a record is reported: an e-mail address or an https address",
    ),
    (
        "SAFEGUARD_DOCUMENTS",
        "documents",
        "addresses of the official documents, as `wt2023=https://... wt2018=https://...`; left out: those of the build",
    ),
    ("SAFEGUARD_QUERY_SECONDS", "query_seconds", "how long a SPARQL query may run, in seconds (10)"),
    (
        "SAFEGUARD_QUERY_WORKERS",
        "query_workers",
        "how many long SPARQL queries may run at once (2)",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What a person who runs the service can set; every field but the first has a default."""

    data_dir: Path
    area: str = ""
    front_door: str = ""
    out_of_hours: str = ""
    lado: str = ""
    report_to: str = ""
    documents: str = ""
    query_seconds: float = 10.0
    query_workers: int = 2

    def official_documents(self) -> dict[str, str]:
        """The address of each edition's official document that is set; raises InputError for what is no address."""
        pairs = [pair.partition("=") for pair in self.documents.split()]
        for edition, _, address in pairs:
            if not edition or not address.startswith("https://"):
                raise InputError(
                    f"SAFEGUARD_DOCUMENTS holds {edition!r}, which is no edition with an https address; "
                    "write for instance wt2023=https://example.org/working-together.pdf."
                )
        return {edition: address for edition, _, address in pairs}

    def report_address(self, record: str) -> str:
        """Where an error in a record is reported; carries the record's identifier and nothing else."""
        if "@" in self.report_to and not self.report_to.startswith("https://"):
            return f"mailto:{self.report_to}?subject={quote(f'Error in record {record}')}"
        return f"{self.report_to}{'&' if '?' in self.report_to else '?'}record={quote(record, safe='')}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives; raises InputError for a value that cannot be used."""
    given: dict[str, object] = {"data_dir": _default_data_dir()}
    types = {field.name: field.type for field in fields(Settings)}
    for variable, name, meaning in VARIABLES:
        if not (written := environment.get(variable, "").strip()):
            continue
        try:
            given[name] = value = types[name](written)  # type: ignore[operator]
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(value)
        except ValueError as error:
            raise InputError(f"{variable} is {written!r}, which is not a number; it is {meaning}.") from error
    settings = Settings(**given)  # type: ignore[arg-type]
    if settings.query_seconds <= 0 or settings.query_workers < 1:
        raise InputError("SAFEGUARD_QUERY_SECONDS and SAFEGUARD_QUERY_WORKERS must be above zero.")
    if settings.report_to and not re.fullmatch(r"https://[^\s]+|[^\s@/]+@[^\s@/]+", settings.report_to):
        raise InputError("SAFEGUARD_REPORT_TO is neither an e-mail address nor an address that begins with https://.")
    settings.official_documents()
    return settings


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("safeguarding-kg", appauthor=False)
