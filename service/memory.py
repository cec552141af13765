"""Gives large pieces of memory back to the system as soon as they are free."""

import ctypes

#: glibc's names for two of its parameters, and the size from which both treat a piece as large (mallopt(3)).
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
LARGE = 128 * 1024


def give_back_memory() -> None:
    """Hold glibc at the thresholds that it starts with; by itself it raises them, and keeps what one large result took.

    Where the C library is another one, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, LARGE)
        mallopt(MMAP_THRESHOLD, LARGE)
