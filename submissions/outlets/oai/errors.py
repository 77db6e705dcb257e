"""The protocol's own errors (OAI-PMH 2.0 §3.6): answered with HTTP status 200 and a code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One error: ``code`` as the schema lists them, ``sentence`` for the person who reads the harvester's log."""

    code: str
    sentence: str


class Refused(Exception):
    """The request is answered with these faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*(fault.sentence for fault in faults))
        self.faults = faults

    @property
    def echoes(self) -> bool:
        """Whether ``request`` may repeat the arguments: not when one of them is what is wrong (§3.2)."""
        return not {"badVerb", "badArgument"} & {fault.code for fault in self.faults}
