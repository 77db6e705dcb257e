"""The words of a PDF, read in a child process with limits of time and memory: a hostile PDF harms nothing."""

import re
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SECONDS = 120  # of the processor; twice that on the clock
MEMORY = 1024**3  # bytes of address space; a scanned thesis of 200 MB needs about half of it
MOST_TEXT = 8 * 1024**2  # bytes of UTF-8; a thesis of 400 pages has about one million
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|-\n")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
PROGRAM = Path(__file__).with_name("reading.py")


@dataclass(frozen=True, slots=True)
class Words:
    """What was read. ``problem`` says in words why it is not all there is, or is empty."""

    text: str
    problem: str = ""


def read(pdf: BinaryIO, *, seconds: int = SECONDS, memory: int = MEMORY, most: int = MOST_TEXT) -> Words:
    """Return the words of an open PDF. Never raises for what is in the file.

    ``seconds`` of processor time, ``memory`` and ``most`` in bytes are the limits of the child. What it read before
    it met one is returned with the ``problem``. The file is copied when it has no descriptor to be handed on.
    """
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as out:
        source = _with_descriptor(pdf, copy)
        # -I: no PYTHONPATH, no current directory, no user's packages; no environment that holds a secret.
        command = [sys.executable, "-I", str(PROGRAM), str(seconds), str(memory), str(most)]
        problem = ""
        try:
            done = subprocess.run(  # noqa: S603
                command,
                stdin=source,
                stdout=out,
                stderr=subprocess.PIPE,
                env={},
                timeout=2 * seconds,
                check=False,
            )
            if done.returncode:
                problem = _why(done.returncode, done.stderr)
        except subprocess.TimeoutExpired:
            problem = "Reading took too long."
        out.seek(0)
        return Words(clean(out.read(most).decode("utf-8", "ignore")), problem)


def clean(text: str) -> str:
    """Text that every database takes: no control characters, letters in their common form, and words whole that a
    ligature, a soft hyphen or the end of a line had split.
    """
    text = unicodedata.normalize("NFKC", text)
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


def _why(status: int, said: bytes) -> str:
    if status < 0:
        return "Reading took too much time or memory."
    kind = said.decode("utf-8", "replace").strip().splitlines()
    return f"The PDF could not be read ({(kind[-1] if kind else 'no reason given')[:100]})."


def _with_descriptor(pdf: BinaryIO, copy: BinaryIO) -> BinaryIO:
    """``pdf`` itself where the system can hand it on, or a copy of its bytes on disk."""
    try:
        pdf.fileno()
        pdf.seek(0)
    except (AttributeError, OSError):
        pdf.seek(0)
        while chunk := pdf.read(1024**2):
            copy.write(chunk)
        copy.seek(0)
        return copy
    return pdf
