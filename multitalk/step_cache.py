"""Leaving out steps that would change little (TeaCache: Liu et al. 2024, "Timestep Embedding Tells").

How much the network's output changes from step to step is estimated from its timestep signal, which depends on the
timestep alone: which steps are left out is therefore known before sampling, and is the same for all branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from multitalk.dit import Branch

# From relative change of the signal to that of the output: polynomials of TeaCache's authors, highest power first.
COEFFICIENTS: dict[str, tuple[float, ...]] = {
    "480": (2.57151496e05, -3.54229917e04, 1.40286849e03, -1.35890334e01, 1.32517977e-01),
    "720": (8.10705460e03, 2.13393892e03, -3.72934672e02, 1.66203073e01, -4.17769401e-02),
}
RETAINED = 5  # first steps, which are always computed


def expected_change(signal: Tensor, before: Tensor, coefficients: str) -> float:
    """Relative change of the output that a change of the timestep signal leads to expect."""
    relative = float((signal - before).abs().mean() / before.abs().mean())
    value = 0.0
    for coefficient in COEFFICIENTS[coefficients]:
        value = value * relative + coefficient
    return value


def plan_steps(signals: Sequence[Tensor], threshold: float, coefficients: str) -> tuple[bool, ...]:
    """Which steps are left out: as long as the expected changes since the last computed step stay below a threshold.

    signals: one a step.  The signal before is that of the step before, computed or not.
    """
    skipped, total = [], 0.0
    for step, signal in enumerate(signals):
        if step < RETAINED:
            skipped.append(False)
            continue
        total += expected_change(signal, signals[step - 1], coefficients)
        skipped.append(total < threshold)
        if not skipped[-1]:
            total = 0.0
    return tuple(skipped)


@dataclass
class TeaCache:
    """What the layers added at the last computed step, by branch. New for every chunk.

    plan: from `plan_steps`.
    """

    plan: tuple[bool, ...]
    step: int = 0
    kept: dict[Branch, Tensor] = field(default_factory=dict)

    def skips(self, branch: Branch) -> bool:
        """Whether this step of the branch is left out."""
        return self.plan[self.step] and branch in self.kept

    def residual(self, branch: Branch) -> Tensor:
        """What its layers added last, (tokens, dim)."""
        return self.kept[branch]

    def keep(self, branch: Branch, residual: Tensor) -> None:
        """Told after a computed step."""
        self.kept[branch] = residual

    def advance(self) -> None:
        """To the next step."""
        self.step += 1
