"""The cartoon renderer: draws characters and places from parts, entirely in code.

Words become a `Look` (looks/), and looks become shapes in space (people/). `puppet.py` moves them by the motion
channels, `layout.py` assigns the seats, `sets.py` and scenery/ draw the place, and `view.py` is the renderer. Only
`canvas.py` draws pixels on a frame.
"""
