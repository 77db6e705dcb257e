"""Compression with gzip (RFC 1952) of answers that hold a piece which was compressed before.

The answer is one member: not every client reads several. Deflate (RFC 1951) lets pieces stand one after the other when
each begins without looking back and ends on a whole byte; the checksum of all is reckoned from those of the pieces.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from .pieces import Stored

# Records repeat each other's namespaces and names, so that the fastest level already takes most of it away.
_LEVEL = 1
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"  # no time, fastest level, unknown system
_POLYNOMIAL = 0xEDB88320  # of CRC-32, its highest power in the lowest bit


@dataclass(frozen=True, slots=True)
class Packed:
    """A piece of an answer, deflated. ``crc`` and ``length`` are of what it was, ``shift`` is ``shift(length)``."""

    deflated: bytes | Stored
    crc: int
    shift: int
    length: int


def pack(content: bytes) -> Packed:
    """Deflate a piece so that it can stand in the middle of any answer."""
    packer = zlib.compressobj(_LEVEL, wbits=-15)
    deflated = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
    return Packed(deflated, zlib.crc32(content), shift(len(content)), len(content))


def gzip(pieces: Iterable[bytes | Packed]) -> list[bytes | Stored]:
    """The pieces of an answer as one gzip member, to be sent one after the other."""
    packer = zlib.compressobj(_LEVEL, wbits=-15)
    out: list[bytes | Stored] = [_HEAD]
    crc = length = 0
    for piece in pieces:
        if isinstance(piece, Packed):
            out += [packer.flush(zlib.Z_FULL_FLUSH), piece.deflated]
            crc = times(crc, piece.shift) ^ piece.crc
            length += piece.length
        else:
            out.append(packer.compress(piece))
            crc = zlib.crc32(piece, crc)
            length += len(piece)
    out.append(packer.flush() + struct.pack("<II", crc, length & 0xFFFFFFFF))
    return out


def shift(length: int) -> int:
    """What a checksum is multiplied with when ``length`` bytes follow: x to the power of 8 times ``length``."""
    power, factor, left = 1 << 31, 1 << 23, length  # 1; x to the power of 8
    while left:
        if left & 1:
            power = times(power, factor)
        factor = times(factor, factor)
        left >>= 1
    return power


def times(a: int, b: int) -> int:
    """The product of two polynomials over GF(2), modulo that of CRC-32."""
    product, bit = 0, 1 << 31
    while bit:
        if a & bit:
            product ^= b
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
        bit >>= 1
    return product
