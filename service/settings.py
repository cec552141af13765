"""Settings, read once from the environment and passed on as one frozen object."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

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
    ("SAFEGUARD_QUERY_SECONDS", "query_seconds", "how long a SPARQL query may run, in seconds (10)"),
    ("SAFEGUARD_QUERY_WORKERS", "query_workers", "how many SPARQL queries may run at once (2)"),
)


@dataclass(frozen=True)
class Settings:
    """What a person who runs the service can set; every field but the first has a default."""

    data_dir: Path
    area: str = ""
    front_door: str = ""
    out_of_hours: str = ""
    lado: str = ""
    query_seconds: float = 10.0
    query_workers: int = 2


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
    return settings


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("safeguarding-kg", appauthor=False)
