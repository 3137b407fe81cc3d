"""The performance: the motion of every face, head and hand, frame by frame, for any renderer.

`motion.py` combines the parts. Mouths come from `visemes.py` (phonemes) or from `sound_mouth.py` (recordings, with
the sounds that `hearing.py` recognises). Everything else comes from `life.py`: eyes from `gaze.py`, the head from
`head.py`, moods from `temper.py`. `floor.py` finds who has the floor, `voicing.py` measures loudness, and `lattice.py`
gives random numbers.
"""
