"""What can go wrong, for people.

GenerationError                    base
  RequestError                     pictures, people, sounds or options that do not fit together
  CheckpointError                  weights that are missing, damaged or of something else
"""

from __future__ import annotations


class GenerationError(Exception):
    """Base of all errors that a user can do something about."""


class RequestError(GenerationError):
    """Pictures, people, sounds or options that do not fit together."""


class CheckpointError(GenerationError):
    """Weights that are missing, damaged or of something else."""
