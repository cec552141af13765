"""Which HTTP status each error gets: the one table."""

from http import HTTPStatus

from ontology.errors import BuildError, InputError, QueryBusy, QueryError, QueryTimeout, SafeguardError

STATUSES: dict[type[SafeguardError], HTTPStatus] = {
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    QueryBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryError: HTTPStatus.BAD_REQUEST,
    BuildError: HTTPStatus.SERVICE_UNAVAILABLE,
    SafeguardError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: SafeguardError) -> int:
    """The status of an error; that of its nearest class up the tree."""
    return int(next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES))
