"""Does every face of a finished video speak its own track?  `talkshow/episode/check.py` asks; these files answer.

filmed.py      what the folder says: which face should be where, whose sound is whose
stretches.py   which frames are read
listening.py   a track: how loud, and where there is speech
watching.py    decoded frames to mouths, on all cores
lips.py        a mouth measured with landmarks
looks.py       a mouth measured by how it changes, where no landmarks fit
figures.py     mouth against tracks: correlation, lag, activity
sound.py       the file's own sound against the mix and the tracks
verdict.py     limits, and what it means when one is missed
"""
