"""The drawn cast: characters made of parts, at a table, on a set, all drawn by code.

Words become a `Look` (look.py), looks become shapes in space (head.py, hair.py, wear.py, body.py, hands.py),
`puppet.py` moves them by the motion channels, `layout.py` says who sits where, `sets.py` draws the world
behind them and `view.py` is the renderer. `canvas.py` is the only file that puts pixels on a frame.
"""
