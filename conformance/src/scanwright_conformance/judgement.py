"""What a judge says about one transcript: it holds, or expected against observed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Judgement", "Mismatch"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's answer. `labels` name the exchanges that show it."""

    is_met: bool
    expected: str = ""
    observed: str = ""
    labels: tuple[str, ...] = ()


class Mismatch(Exception):
    """The transcript contradicts the clause: raised inside judges, never outside."""

    def __init__(self, expected: str, observed: str, *labels: str) -> None:
        super().__init__(f"expected {expected}, observed {observed}")
        self.judgement = Judgement(
            is_met=False,
            expected=expected,
            observed=observed,
            labels=labels,
        )
