"""The performance: what everybody's face, head and hands do, frame by frame, for any renderer.

`motion.py` is the whole; mouths come from `visemes.py` (phonemes) or `sound_mouth.py` (recordings, by what `hearing.py`
hears), everything else from `life.py` (eyes `gaze.py`, head `head.py`, moods `temper.py`), who has the floor from
`floor.py`, loudness from `voicing.py`, chance from `lattice.py`.
"""
