"""HEAD is answered as GET is, without the body (RFC 9110, 9.3.2): for those who ask whether an address still works."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Head:
    """Hands HEAD on as GET; the server, which knows what was asked, sends no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
