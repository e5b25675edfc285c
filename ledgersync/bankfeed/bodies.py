"""Bodies of answers: collected and unpacked as they come, never beyond a limit."""

import zlib

MOST_BYTES = 20_000_000


class TooLarge(Exception):  # noqa: N818  a finding that the transport puts into words
    """The body is longer than it may be, packed or unpacked."""


class Broken(Exception):  # noqa: N818  a finding that the transport puts into words
    """The body is packed in a way that can't be unpacked, or ends too early."""


class Body:
    """Collects the chunks of one body; gzip and deflate are unpacked within the same limit.

    A few kilobytes of gzip can stand for gigabytes, so unpacking stops one byte past the limit
    instead of finding out afterwards.
    """

    def __init__(self, encoding: str = "", most: int = MOST_BYTES) -> None:
        if encoding.strip().lower() not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Broken
        self._packed = encoding.strip().lower() not in {"", "identity"}
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._most = most
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, chunk: bytes) -> None:
        """Take the next bytes as they came.

        Raises:
            TooLarge: as soon as the body is longer than it may be.
            Broken: when it can't be unpacked.
        """
        while chunk:
            plain, chunk = self._unpack(chunk) if self._packed else (chunk, b"")
            self._length += len(plain)
            if self._length > self._most:
                raise TooLarge
            self._chunks.append(plain)

    def _unpack(self, chunk: bytes) -> tuple[bytes, bytes]:
        if self._unpacker.eof:  # gzip may be made of several parts
            self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            plain = self._unpacker.decompress(chunk, self._most - self._length + 1)
        except zlib.error:
            raise Broken from None
        return plain, self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def whole(self) -> bytes:
        """The whole body.

        Raises:
            Broken: when packed content ends too early.
        """
        if self._packed and self._chunks and not self._unpacker.eof:
            raise Broken
        return b"".join(self._chunks)
