"""Strict reading of hand-written YAML records: no duplicate keys, every fault named with its cure."""

import difflib
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ontology.errors import Fault

R = TypeVar("R", bound=BaseModel)


class _EqualKeys(yaml.constructor.ConstructorError):
    """A key stands twice in one record."""


class _StrictLoader(yaml.CSafeLoader):
    """PyYAML keeps the last of two equal keys; here two equal keys are a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} cannot be the name of a field", key_node.start_mark
                )
            if key in seen:
                raise _EqualKeys(None, None, f"the key {key!r} stands twice in one record", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, name: str, faults: list[Fault]) -> Any:
    """The content of a YAML file, or None with a fault added when it cannot be read; `name` names it in faults."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except OSError as error:
        faults.append(Fault(name, "", "", f"cannot be read ({error.strerror})", "put the file back"))
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", "", f"not UTF-8 at byte {error.start}", "save the file as UTF-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = f"not valid YAML: {error.problem}"
        cure = "keep one" if isinstance(error, _EqualKeys) else "quote text that holds ': ' and check the indent"
        faults.append(Fault(name, line, "", problem, cure))
    except yaml.YAMLError as error:
        faults.append(Fault(name, "", "", f"not valid YAML: {error}", "remove characters that cannot be printed"))
    except ValueError as error:  # a date such as 2023-13-01, which PyYAML takes for one
        faults.append(Fault(name, "", "", f"holds an impossible date: {error}", "write it YYYY-MM-DD"))
    return None


def as_records(content: object, name: str, field: str, faults: list[Fault]) -> list[Any]:
    """What a file or one of its sections holds, as a list; empty, with a fault added, when it is something else."""
    if isinstance(content, list):
        return content
    if content is not None:
        fault = f"expected a list of records, found {content!r:.60}"
        faults.append(Fault(name, "", field, fault, "start each record with `- id:`"))
    return []


def parse_record(model: type[R], data: object, name: str, kind: str, faults: list[Fault]) -> R | None:
    """A record of `model`, or None with a fault added for each thing wrong with it."""
    if not isinstance(data, Mapping):
        faults.append(
            Fault(name, kind, "", f"expected a record with fields, found {data!r:.60}", "start it with `- id:`")
        )
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults += [_fault(model, data, name, kind, detail) for detail in error.errors()]
        return None


def ids_in(data: object) -> set[str]:
    """Every id in a record as written, those of records inside it included."""
    if isinstance(data, Mapping):
        own = {data["id"]} if isinstance(data.get("id"), str) else set()
        return own.union(*map(ids_in, data.values()))
    return set().union(*map(ids_in, data)) if isinstance(data, list) else set()


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A cure that names the nearest known word, or nothing when none is near."""
    near = difflib.get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def _fault(model: type[BaseModel], data: Mapping[str, Any], name: str, kind: str, detail: Any) -> Fault:
    record, field, here = f"{kind} '{data.get('id', '?')}'", [], data
    for step in detail["loc"]:
        field.append(str(step))
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(here, Mapping) and "id" in here:
            record, field = f"{_singular(field[-2]) if len(field) > 1 else kind} '{here['id']}'", []
    message = detail["msg"].removeprefix("Value error, ")
    cure = ""
    if detail["type"] == "extra_forbidden":
        message = "no such field"
        cure = did_you_mean(str(detail["loc"][-1]), _field_names(model))
    elif detail["type"] == "missing":
        message = "this field is needed"
    elif detail["type"] == "literal_error":
        message = f"{detail['input']!r} is not one of {detail['ctx']['expected']}"
    return Fault(name, record, ".".join(field), message, cure)


def _singular(field: str) -> str:
    return "duty" if field == "duties" else field.removesuffix("s")


def _field_names(model: type[BaseModel]) -> set[str]:
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for part in getattr(field.annotation, "__args__", ()):
            if isinstance(part, type) and issubclass(part, BaseModel):
                names |= _field_names(part)
    return names
