"""Where `Waveform` was before version 0.2; kept so that voice engines of other packages load."""

from talkshow.sound.waveform import Waveform

__all__ = ["Waveform"]
