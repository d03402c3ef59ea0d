"""The blocks of a bundle, read without any of deepflow's own code: draft-ietf-opsawg-pcapng §3.1 and deepflow-bundle(5)."""

import struct
from collections import namedtuple

SECTION_HEADER = 0x0A0D0D0A
ENHANCED_PACKET = 6
BUNDLE_BLOCK = 0xDEEFF10D
MAGIC = b"DEEPFLOW"

SOCKET_EVENTS, PROCESSES, CLOCKS, LOSSES, INFORMATION, END, SAMPLES, STACKS, SYMBOLS = range(1, 10)

Block = namedtuple("Block", "start end type kind records")


def blocks(data):
    """Every whole block, in order; what follows the last one is a block that is cut."""
    found = []
    start = 0
    while start + 12 <= len(data):
        block_type, length = struct.unpack_from("<II", data, start)
        end = start + length
        if length < 12 or length % 4 or end > len(data):
            break
        if struct.unpack_from("<I", data, end - 4)[0] != length:
            raise ValueError(f"the block at {start} has two lengths")
        kind = records = 0
        if block_type == BUNDLE_BLOCK and data[start + 8 : start + 16] == MAGIC:
            kind, _, records = struct.unpack_from("<HHI", data, start + 16)
        found.append(Block(start, end, block_type, kind, records))
        start = end
    return found


def record_count(found, kind):
    return sum(block.records for block in found if block.kind == kind)


def packet_count(found):
    return sum(block.type == ENHANCED_PACKET for block in found)


def last_clock(data, found):
    """The wall clock of the last snapshot in nanoseconds; None without any. The record: length, reserved, then three clocks."""
    clocks = [block for block in found if block.kind == CLOCKS]
    return struct.unpack_from("<q", data, clocks[-1].start + 8 + 32 + 24)[0] if clocks else None


def lost(data, found):
    """What the loss ledger says is missing, cut payloads apart. The record: length, source, cause, reserved, time, count, …"""
    total = 0
    for block in found:
        if block.kind == LOSSES:
            source, cause = struct.unpack_from("<BB", data, block.start + 8 + 32 + 4)
            if cause in (1, 2, 6, 7) and source in (1, 2):
                total += struct.unpack_from("<Q", data, block.start + 8 + 32 + 16)[0]
    return total
