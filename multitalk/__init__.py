"""Audio-driven video of several people: the networks of MultiTalk and InfiniteTalk, for any length and any device.

This package knows nothing about scripts, voices or episodes. Pictures, waveforms and text go in, frames come out.
"""

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())
