"""Audio-driven video of several people: the networks of MultiTalk and InfiniteTalk, for any length and any device.

Knows nothing of scripts, voices or episodes: pictures, waveforms and text go in, frames come out.
"""

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())
