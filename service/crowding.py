"""No one address takes every place: at most so many of its requests are under way at once."""

from collections import Counter
from collections.abc import Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: A whole school behind one address asks less; a program that asks more is to wait for its answers.
MOST_AT_ONCE = 32


class Crowding:
    """Refuses what one address asks beyond its share; knows an address only while a request of it is under way."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Response], most: int = MOST_AT_ONCE) -> None:
        self._app = app
        self._refuse = refuse
        self._most = most
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        if self._under_way[address] >= self._most:
            await self._refuse(Request(scope, receive))(scope, receive, send)
            return
        self._under_way[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]
