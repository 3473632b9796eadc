"""Clauses as Markdown: one file is an area, one heading with an id is a clause.

    # Jobs                                                  title of the area
                                                            introduction, not normative
    ### JOBS-start                                          id: prefix and words
    `MUST` · documented: endpoint 7 · needs: scanner        level · provenance · needs

    `PATCH` with `{"status": "running"}` starts ...         text, up to the next heading

The provenance is a kind, and after a colon its detail: a page, a standard, a reason.
Where the published facts contradict each other or are silent it also says `decides
gap N`, with the reason after a colon. `needs` names capabilities of the target; a
target without them is not measured by the clause.

A clause has one level, in its second line. Level words in capitals anywhere else would
be a rule without an id, so they are errors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from scanwright_spec._clauses import (
    Area,
    Clause,
    Level,
    Provenance,
    SpecificationError,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = ["parse_area"]

ID: Final = re.compile(r"(?P<prefix>[A-Z][A-Z0-9]*)(-[a-z0-9]+)+")
LEVEL_WORD: Final = re.compile(r"\b(MUST|SHOULD|SHALL|MAY|REQUIRED|RECOMMENDED)\b")
GAP: Final = re.compile(r"\bdecides gap (\d+)")
SEPARATOR: Final = " · "


def parse_area(
    prefix: str,
    file: str,
    *,
    markdown: str,
    capabilities: Container[str],
    gaps: Container[int],
) -> Area:
    """Read the Markdown of one area, or raise SpecificationError."""
    head, *sections = _sections(markdown)
    if not head.heading.startswith("# "):
        raise SpecificationError(file, 1, "the file begins with its title, `# Title`")
    _refuse_level_words(head, file)
    reader = _ClauseReader(prefix, file, capabilities, gaps)
    clauses = tuple(reader.read(section) for section in sections)
    return Area(prefix, head.heading[2:].strip(), head.text(), file, clauses)


class _Section(NamedTuple):
    """A heading, the number of its line, and the lines up to the next one."""

    line: int
    heading: str
    body: tuple[str, ...]

    def text(self, start: int = 0) -> str:
        """Return the paragraphs from line `start` of the body on, a line each."""
        paragraphs = "\n".join(self.body[start:]).strip().split("\n\n")
        return "\n\n".join(" ".join(p.split()) for p in paragraphs if p.strip())


def _sections(markdown: str) -> Iterator[_Section]:
    """Split at headings; what stands before the first one is a section without one."""
    lines = markdown.splitlines() or [""]
    starts = [n for n, line in enumerate(lines) if n == 0 or line.startswith("#")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield _Section(start + 1, lines[start], tuple(lines[start + 1 : end]))


def _refuse_level_words(section: _Section, file: str, start: int = 0) -> None:
    """Raise when the body, from its line `start` on, has a level in capitals."""
    for offset, line in enumerate(section.body[start:], start + section.line + 1):
        if word := LEVEL_WORD.search(line):
            raise SpecificationError(
                file,
                offset,
                f"{word[0]} stands outside of a clause's level; write it small",
            )


class _ClauseReader(NamedTuple):
    """Reads the clauses of one file."""

    prefix: str
    file: str
    capabilities: Container[str]
    gaps: Container[int]

    def read(self, section: _Section) -> Clause:
        """Return the clause that the section is."""
        clause_id = self._id(section)
        line = section.line + 1
        level, provenance, *rest = self._parts(section)
        kind, detail = self._provenance(provenance, line)
        _refuse_level_words(section, self.file, 1)
        text = section.text(1)
        if not text:
            raise SpecificationError(
                self.file, section.line, f"{clause_id} has no text"
            )
        return Clause(
            id=clause_id,
            level=self._level(level, line),
            provenance=kind,
            detail=detail,
            decides=self._decides(provenance, line),
            needs=self._needs(rest, line),
            text=text,
            area=self.prefix,
            line=section.line,
        )

    def _id(self, section: _Section) -> str:
        """Return the id that the heading is."""
        marks, _, clause_id = section.heading.partition(" ")
        match = ID.fullmatch(clause_id.strip())
        if marks != "###" or match is None:
            problem = f"{section.heading!r} is not `### {self.prefix}-words-like-this`"
        elif match["prefix"] != self.prefix:
            problem = f"ids in this file begin with {self.prefix}-, not {clause_id}"
        else:
            return match[0]
        raise SpecificationError(self.file, section.line, problem)

    def _parts(self, section: _Section) -> list[str]:
        """Return level, provenance and, where given, needs."""
        parts = section.body[0].split(SEPARATOR) if section.body else []
        if len(parts) not in {2, 3}:
            raise SpecificationError(
                self.file,
                section.line + 1,
                "after the id comes `LEVEL` · provenance: detail · needs: names",
            )
        return [part.strip() for part in parts]

    def _level(self, part: str, line: int) -> Level:
        """Read the level in its back quotes."""
        try:
            return Level(part.removeprefix("`").removesuffix("`"))
        except ValueError:
            known = ", ".join(Level)
            raise SpecificationError(
                self.file, line, f"unknown level {part}; there are {known}"
            ) from None

    def _provenance(self, part: str, line: int) -> tuple[Provenance, str]:
        """Read the kind of provenance, and the detail after its colon."""
        before, _, detail = part.partition(":")
        kind, *_ = before.split(",")
        try:
            return Provenance(kind.strip()), detail.strip()
        except ValueError:
            known = ", ".join(Provenance)
            raise SpecificationError(
                self.file, line, f"unknown provenance {kind!r}; there are {known}"
            ) from None

    def _decides(self, part: str, line: int) -> tuple[int, ...]:
        """Read the numbers of the gaps that the clause decides."""
        numbers = tuple(int(number) for number in GAP.findall(part))
        for number in numbers:
            if number not in self.gaps:
                raise SpecificationError(self.file, line, f"there is no gap {number}")
        return numbers

    def _needs(self, rest: list[str], line: int) -> frozenset[str]:
        """Read the capabilities that the target must have."""
        if not rest:
            return frozenset()
        word, _, names = rest[0].partition(":")
        if word != "needs":
            raise SpecificationError(
                self.file, line, f"{word!r} stands where `needs: names` belongs"
            )
        needs = frozenset(name.strip() for name in names.split(","))
        for need in sorted(needs):
            if need not in self.capabilities:
                raise SpecificationError(
                    self.file, line, f"unknown need {need!r}: see capabilities.toml"
                )
        return needs
