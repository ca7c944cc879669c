"""Read numbers of odd lengths out of a few bytes, most significant bit first."""

from __future__ import annotations


class Bits:
    """Bytes as a string of zeros and ones: of the ways that Python has, the fastest one.

    Meant for decoder configurations of some hundred bytes. Reading past the end is a ValueError.
    """

    __slots__ = ("at", "text")

    def __init__(self, data: bytes) -> None:
        self.text = bin(int.from_bytes(b"\1" + data))[3:]
        self.at = 0

    def u(self, count: int) -> int:
        """Return an unsigned number of `count` bits."""
        end = self.at + count
        if end > len(self.text):
            raise ValueError("the bits end early")
        value = int(self.text[self.at : end], 2)
        self.at = end
        return value

    def ue(self) -> int:
        """Return an unsigned Exp-Golomb number (ITU-T H.264 section 9.1)."""
        one = self.text.index("1", self.at)
        end = 2 * one - self.at + 1
        if end > len(self.text):
            raise ValueError("the bits end early")
        value = int(self.text[one:end], 2) - 1
        self.at = end
        return value

    def skip_ue(self, count: int) -> None:
        """Pass over some Exp-Golomb numbers; signed ones are as long."""
        for _ in range(count):
            self.ue()
