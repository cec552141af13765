"""Downloads a document from the open web and from nowhere else, within limits of time and size."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from ontology.errors import DocumentError, InputError

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65_536
#: Addresses of IPv6 that a network translates into the one of IPv4 at their end (RFC 6052).
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Limits:
    """How much a download may take, and from where."""

    #: For each wait on the network.
    patience: float = 15.0
    #: For the whole.
    seconds: float = 120.0
    #: In bytes.
    largest: int = 100_000_000
    #: Whether this machine itself may be asked; for tests alone.
    loopback: bool = False


class Unreachable(DocumentError):
    """The network gave nothing; an earlier copy may do."""


def download(url: str, limits: Limits | None = None) -> bytes:
    """What a server gives for an address, followed through redirects.

    Raises InputError for an address that is not on the open web, Unreachable where the network fails, and DocumentError
    for an answer that is none, is cut short or is too large.
    """
    limits = limits or Limits()
    ends = time.monotonic() + limits.seconds
    here = url
    for _ in range(MOST_REDIRECTS + 1):
        answer = _get(here, limits, ends)
        if isinstance(answer, bytes):
            return answer
        there = urljoin(here, answer)
        if urlsplit(here).scheme == "https" and urlsplit(there).scheme != "https":
            raise DocumentError(f"{url}: the server sends on to an address without https, which is not followed.")
        here = there
    raise DocumentError(f"{url}: the server sends on more than {MOST_REDIRECTS} times; check the address.")


def check_address(url: str) -> SplitResult:
    """The parts of an address; raises InputError when it is not one of the web."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"{url[:100]}: this is no address of the web ({error}).") from error
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(f"{url[:100]}: only addresses that begin with https:// or http:// are downloaded.")
    if parts.username or parts.password:
        raise InputError(f"{parts.scheme}://{host}: an address with a name and password in it is not downloaded.")
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise InputError(f"{url[:100]!r}: this address has blanks in it; write them as %20.")
    return parts


def _get(url: str, limits: Limits, ends: float) -> bytes | str:
    """The content, or the address that the server sends on to."""
    parts = check_address(url)
    left = ends - time.monotonic()
    if left <= 0:
        raise _too_slow(url, limits)
    connection = _connect(parts, url, limits)
    # A server can drip bytes for ever without one wait being long.
    stop = threading.Timer(left, _shut, [connection])
    stop.daemon = True
    stop.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "safeguarding-kg"})
        response = connection.getresponse()
        if response.status in REDIRECTS and (location := response.getheader("Location")):
            return location
        if response.status != 200:
            raise DocumentError(f"{url}: the server answers {response.status} {response.reason}; check the address.")
        return _content(response, url, limits)
    except TimeoutError as error:
        raise _too_slow(url, limits) from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        if time.monotonic() >= ends:
            raise _too_slow(url, limits) from error
        raise Unreachable(f"{url}: the download broke off ({_reason(error)}); try again.") from error
    finally:
        stop.cancel()
        connection.close()


def _content(response: http.client.HTTPResponse, url: str, limits: Limits) -> bytes:
    told = response.getheader("Content-Length") or ""
    expected = int(told) if told.isdecimal() else None
    too_large = f"{url}: the file has more than {limits.largest:,} bytes, the most that is read."
    if expected is not None and expected > limits.largest:
        raise DocumentError(too_large)
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise DocumentError(f"{url}: the server sends it packed, though asked not to; download it by hand.")
    content = bytearray()
    while chunk := response.read(CHUNK):
        content += chunk
        if len(content) > limits.largest:
            raise DocumentError(too_large)
    if expected is not None and len(content) < expected:
        raise OSError(f"{len(content):,} of {expected:,} bytes came")
    return bytes(content)


def _connect(parts: SplitResult, url: str, limits: Limits) -> http.client.HTTPConnection:
    """A connection to the very address that was looked at, so that no second look-up can lead elsewhere."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{url}: there is no way to {host} ({_reason(error)}); check address and network.") from error
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        if not _is_open(address, limits):
            leads = "is" if host == address else f"is {address},"
            raise InputError(f"{url}: {host} {leads} inside a network; only the open web is downloaded from.")
    connection = http.client.HTTPConnection(host, port, timeout=limits.patience)
    try:
        plain = socket.create_connection((addresses[0], port), timeout=limits.patience)
        secure = ssl.create_default_context() if parts.scheme == "https" else None
        connection.sock = secure.wrap_socket(plain, server_hostname=host) if secure else plain
    except (OSError, ssl.CertificateError) as error:
        raise Unreachable(f"{url}: there is no way to {host} ({_reason(error)}); check address and network.") from error
    return connection


def _is_open(address: str, limits: Limits) -> bool:
    """Whether an address is of the open web: not private, of this machine, of a link, shared or reserved."""
    one: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(one.packed[-4:]) if one in TRANSLATED else None
        one = one.ipv4_mapped or one.sixtofour or translated or one
    return (one.is_global and not one.is_multicast) or (limits.loopback and one.is_loopback)


def _shut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was over already


def _too_slow(url: str, limits: Limits) -> Unreachable:
    return Unreachable(f"{url}: the server is too slow (more than {limits.seconds:.0f} seconds); try again.")


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())[:100]
