"""The errors that are reported to users.

GenerationError                    base
  RequestError                     pictures, people, sounds or options that do not fit together
  CheckpointError                  weights that are missing, damaged or of another network
"""

from __future__ import annotations


class GenerationError(Exception):
    """Base of all errors that a user can fix."""


class RequestError(GenerationError):
    """Pictures, people, sounds or options that do not fit together."""


class CheckpointError(GenerationError):
    """Weights that are missing, damaged or of another network."""
