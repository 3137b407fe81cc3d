"""Embeddings to clusters: one per speaker, and how many there are.

Two witnesses are heard. The embeddings say how alike two groups of windows sound, measured against how alike the
windows of one group are. The activity says whether windows less than ten seconds apart came from one local speaker or
from two: it seldom takes one voice for two, so its "two" counts for much in recordings where everybody sounds alike.

Windows are grouped in blocks of a few minutes, closely, then groups are joined over all blocks. What is known of a
group is a sum over its windows, so a group joined of two is known exactly, and memory grows with the number of groups
and not with its square of windows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.diarize.base import SpeakerCount
from talkshow.diarize.embedding import Embeddings, normalised
from talkshow.diarize.windows import WINDOW_FRAMES, Windows

BLOCK_WINDOWS = 500  # hierarchical clustering needs the square of this
CLOSE = 0.64  # mean cosine within the first, close groups
USUAL_LIKENESS = 0.70  # mean cosine of two windows of one voice
USUAL_PAIRS = 5.0  # weight of that knowledge, in pairs of windows
LIKENESS_RANGE = (0.58, 0.75)
ONE_VOICE = 0.82  # groups are one voice from this share of the likeness within them on
TWO_HEARD = 0.2  # by which that rises where the activity is sure of two
EVIDENCE_PAIRS = 24.0  # pairs of windows after which it is half sure
FEW_WINDOWS, AT_MOST = 0.6, 0.24  # by which that is lower, divided by the windows of the smaller group
LEAST_SHARE = 0.003  # of all speech, that a speaker has
LEAST_MASS = 1.0  # windows of 1.5 s that a speaker has

Floats = NDArray[np.float64]
LocalSpeakers = NDArray[np.int64]  # (num, 3): chunk, window, which of the chunk's local speakers it is


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of windows by what is known of them.

    totals: (num_groups, 192) sums of embeddings, weighted by length. masses: (num_groups,) sums of weights, a window of
    1.5 s having 1. likeness, pairs: (num_groups,) sums of the cosines and of the weights of all pairs of windows within
    a group that share no sound. together, apart: (num_groups, num_groups) weights of pairs of windows which the
    activity takes for one voice, for two.
    """

    totals: Floats
    masses: Floats
    likeness: Floats
    pairs: Floats
    together: Floats
    apart: Floats

    def __len__(self) -> int:
        return len(self.masses)

    def within(self) -> Floats:
        """(num_groups,) mean cosine of two windows of one group, as far as it can be known from so many."""
        mean = (self.likeness + USUAL_PAIRS * USUAL_LIKENESS) / (self.pairs + USUAL_PAIRS)
        return np.clip(mean, *LIKENESS_RANGE)

    def joined(self, one: int, other: int) -> Groups:
        """With group `other` put into group `one`."""
        keep = np.arange(len(self)) != other
        totals, masses = self.totals.copy(), self.masses.copy()
        likeness, pairs = self.likeness.copy(), self.pairs.copy()
        likeness[one] += likeness[other] + totals[one] @ totals[other]
        pairs[one] += pairs[other] + masses[one] * masses[other]
        totals[one] += totals[other]
        masses[one] += masses[other]
        return Groups(
            totals[keep],
            masses[keep],
            likeness[keep],
            pairs[keep],
            *(_added(table, one, other)[np.ix_(keep, keep)] for table in (self.together, self.apart)),
        )


def count_voices(embeddings: Embeddings, windows: Windows, local: LocalSpeakers, count: SpeakerCount) -> Embeddings:
    """(num_speakers, 192) what each speaker sounds like; of no windows, none."""
    if not len(windows):
        return np.zeros((0, embeddings.shape[1]), np.float32)
    for closeness in (CLOSE, 0.75, 0.85, 0.95, 1.0):  # closer groups, where more speakers are asked for
        groups = joined(close_groups(embeddings, windows, local, closeness), count)
        if len(groups) >= count.least:
            break
    return normalised(groups.totals.astype(np.float32))


def close_groups(embeddings: Embeddings, windows: Windows, local: LocalSpeakers, closeness: float) -> Groups:
    """Groups of the whole recording, made block by block."""
    labels = np.full(len(windows), -1)
    num_groups = 0
    for block in blocks(len(windows)):
        found = hierarchical(embeddings[block], closeness)
        labels[block] = found + num_groups
        num_groups += found.max() + 1
    return gathered(embeddings, windows, local, labels, num_groups)


def blocks(num_windows: int) -> Iterator[slice]:
    """Slices of nearly equal length, at most BLOCK_WINDOWS."""
    num_blocks = -(-num_windows // BLOCK_WINDOWS)
    edges = np.linspace(0, num_windows, num_blocks + 1).round().astype(int)
    return (slice(begin, end) for begin, end in itertools.pairwise(edges.tolist()))


def hierarchical(embeddings: Embeddings, closeness: float) -> NDArray[np.int64]:
    """(num_windows,) labels 0, 1, ... of groups whose mean cosines are at least `closeness` (average linkage)."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(embeddings) == 1:
        return np.zeros(1, np.int64)
    tree = linkage(embeddings.astype(np.float64), "average", metric="cosine")
    return np.asarray(fcluster(tree, 1 - closeness, "distance"), np.int64) - 1


def gathered(
    embeddings: Embeddings, windows: Windows, local: LocalSpeakers, labels: NDArray[np.int64], num_groups: int
) -> Groups:
    """What is known of the groups that `labels`, (num_windows,), names 0, 1, ..."""
    lengths = np.diff(windows, axis=1)[:, 0]
    weights = np.minimum(1.0, lengths / WINDOW_FRAMES)
    weighted = weights[:, None] * embeddings
    totals, masses = np.zeros((num_groups, embeddings.shape[1])), np.zeros(num_groups)
    np.add.at(totals, labels, weighted)
    np.add.at(masses, labels, weights)
    likeness, pairs = np.zeros(num_groups), np.zeros(num_groups)
    for label in range(num_groups):
        members = np.nonzero(labels == label)[0]
        apart = windows[members, 0][None, :] >= windows[members, 1][:, None]
        likeness[label] = (weighted[members] @ weighted[members].T)[apart].sum()
        pairs[label] = np.outer(weights[members], weights[members])[apart].sum()
    return Groups(totals, masses, likeness, pairs, *witnessed(local, labels, weights, num_groups))


def witnessed(
    local: LocalSpeakers, labels: NDArray[np.int64], weights: Floats, num_groups: int
) -> tuple[Floats, Floats]:
    """Two (num_groups, num_groups): weights of pairs of windows heard as one local speaker, and as two."""
    together, apart = np.zeros((2, num_groups, num_groups))
    for rows in np.split(local, np.nonzero(np.diff(local[:, 0]))[0] + 1) if len(local) else ():
        present, place = np.unique(labels[rows[:, 1]], return_inverse=True)
        heard = np.zeros((len(present), 3))
        np.add.at(heard, (place, rows[:, 2]), weights[rows[:, 1]])
        same = heard @ heard.T
        at = np.ix_(present, present)
        together[at] += same
        apart[at] += np.outer(heard.sum(axis=1), heard.sum(axis=1)) - same
    return together, apart


def affinity(groups: Groups) -> Floats:
    """(num_groups, num_groups) how sure it is that two groups are one voice: above zero they are; -inf with itself.

    The mean cosine over all pairs of windows, as a share of that within the groups, less the share that one voice has.
    """
    means = groups.totals / groups.masses[:, None]
    within = groups.within()
    sizes = np.minimum(groups.masses, 50.0)
    typical = (np.outer(sizes * within, np.ones(len(groups))) + (sizes * within)[None, :]) / np.add.outer(sizes, sizes)
    evidence = (groups.apart - groups.together) / (groups.apart + groups.together + EVIDENCE_PAIRS)
    smaller = np.maximum(1.0, np.minimum.outer(groups.masses, groups.masses))
    share = ONE_VOICE + TWO_HEARD * np.maximum(0.0, evidence) - np.minimum(AT_MOST, FEW_WINDOWS / smaller)
    table = means @ means.T / typical - share
    np.fill_diagonal(table, -np.inf)
    return table


def joined(groups: Groups, count: SpeakerCount) -> Groups:
    """Groups joined, the likeliest pair first, until those that are left are different speakers.

    Groups too small to be a speaker go to the likeliest other. `count` limits what is left.
    """
    smallest = max(LEAST_MASS, LEAST_SHARE * groups.masses.sum())
    while len(groups) > 1:
        table = affinity(groups)
        large = groups.masses >= smallest
        if large.sum() <= count.least:  # no two speakers are joined any more
            table[np.ix_(large, large)] = -np.inf
        one, other = np.unravel_index(table.argmax(), table.shape)
        if table[one, other] <= 0 and large.sum() <= count.most:
            if large.all() or not large.any():
                break
            other = np.nonzero(~large)[0][table[~large].max(axis=1).argmax()]
            one = table[other].argmax()
        if not np.isfinite(table[one, other]):
            break
        groups = groups.joined(*sorted((int(one), int(other))))
    return groups


def _added(table: Floats, one: int, other: int) -> Floats:
    """A symmetric table of sums with row and column `other` added to `one`."""
    table = table.copy()
    table[one] += table[other]
    table[:, one] += table[:, other]
    return table
