"""The drawn cast: characters made of parts, in a place made of parts, all drawn by code.

Words become a `Look` (looks/), looks become shapes in space (people/), `puppet.py` moves them by the motion
channels, `layout.py` says who sits where, `sets.py` and scenery/ draw the world around them and `view.py` is the
renderer. `canvas.py` is the only file that puts pixels on a frame.
"""
