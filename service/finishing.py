"""What every response gets: security headers, how long it may be kept, and a line in the log that holds no question."""

import logging
from functools import cache

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.style import style_mark


@cache
def security_headers() -> dict[str, str]:
    """What a browser may do with a response: use our own files and the one sheet in the page, nothing else."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style_mark()}; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


access_log = logging.getLogger("safeguard.access")


class Finishing:
    """Adds to each response as it begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(scope, message)
            await send(message)

        await self._app(scope, receive, finish)


def add_security(headers: MutableHeaders) -> None:
    """Put the security headers where none of that name is."""
    for name, value in security_headers().items():
        headers.setdefault(name, value)


def _finish(scope: Scope, start: Message) -> None:
    headers = MutableHeaders(scope=start)
    if scope["method"] == "POST":
        headers.setdefault("Cache-Control", "private, no-cache")
    elif scope["path"].startswith("/static/") and "v" in QueryParams(scope["query_string"]) and start["status"] == 200:
        # The address changes with the content.
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    add_security(headers)
    access_log.info("%s %s %s", scope["method"], _logged_path(scope), start["status"])


def _logged_path(scope: Scope) -> str:
    """The path of the route that matched, so that a question typed into a path is not logged either."""
    return str(getattr(scope.get("route"), "path", "(no such page)"))
