"""Skips inference steps that would change little (TeaCache: Liu et al. 2024, "Timestep Embedding Tells").

The change of the network's output from step to step is estimated from its timestep signal, which depends only on the
timestep. So the skipped steps are known before sampling, and they are the same for all branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from multitalk.dit import Branch

# From relative change of the signal to that of the output: polynomials by TeaCache's authors, highest power first.
COEFFICIENTS: dict[str, tuple[float, ...]] = {
    "480": (2.57151496e05, -3.54229917e04, 1.40286849e03, -1.35890334e01, 1.32517977e-01),
    "720": (8.10705460e03, 2.13393892e03, -3.72934672e02, 1.66203073e01, -4.17769401e-02),
}
RETAINED = 5  # first steps, which are always computed


def expected_change(signal: Tensor, before: Tensor, coefficients: str) -> float:
    """Expected relative change of the output for a change of the timestep signal."""
    relative = float((signal - before).abs().mean() / before.abs().mean())
    value = 0.0
    for coefficient in COEFFICIENTS[coefficients]:
        value = value * relative + coefficient
    return value


def plan_steps(signals: Sequence[Tensor], threshold: float, coefficients: str) -> tuple[bool, ...]:
    """Which steps are skipped: those whose expected changes since the last computed step stay below a threshold.

    signals: one per step.  Changes are measured from the step before, computed or not.
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
    """What the layers added at the last computed step, by branch. Create a new one for every chunk.

    plan: from `plan_steps`.
    """

    plan: tuple[bool, ...]
    step: int = 0
    kept: dict[Branch, Tensor] = field(default_factory=dict)

    def skips(self, branch: Branch) -> bool:
        """Whether this step of the branch is skipped."""
        return self.plan[self.step] and branch in self.kept

    def residual(self, branch: Branch) -> Tensor:
        """What the layers of the branch added last, (tokens, dim)."""
        return self.kept[branch]

    def keep(self, branch: Branch, residual: Tensor) -> None:
        """Called after a computed step."""
        self.kept[branch] = residual

    def advance(self) -> None:
        """Go to the next step."""
        self.step += 1
