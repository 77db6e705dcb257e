"""Read the words out of a PDF: a program of its own, run by ``words.py`` in a process that may die.

    python -I reading.py SECONDS MEMORY_BYTES OUTPUT_BYTES < thesis.pdf > words.txt

It imports nothing of ours, has no settings and no database. A PDF can be made to take any time and memory; the limits
are the system's own (``setrlimit``), set before the first byte is looked at. Words are written page by page, so
that what was read before a limit is not lost.
"""

import os
import resource
import sys


def main() -> int:
    """Write the text of the PDF at standard input as UTF-8. Returns 0, or 1 with the reason at standard error."""
    seconds, memory, most = map(int, sys.argv[1:4])
    for kind, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, most),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    os.nice(10)  # readers of the site go first
    import pypdf  # after the limits: it is what they are for

    written = 0
    try:
        pdf = pypdf.PdfReader(sys.stdin.buffer, strict=False)
        for page in pdf.pages:
            text = (page.extract_text() or "").encode("utf-8", "ignore")[: most - written - 1] + b"\n"
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
            written += len(text)
            if written >= most - 1:
                break
    except RecursionError:
        print("RecursionError", file=sys.stderr)  # noqa: T201
        return 1
    except Exception as error:  # what a broken PDF raises is not a closed list
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
