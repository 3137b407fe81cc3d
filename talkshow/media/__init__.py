"""The one door through which sound and video come in.

opening.py     open_media: files alone, nothing opened that a file names
allowed.py     the white list: containers, codecs, sizes
mp4.py         how many samples the tables of an MP4 claim
trial.py       opens a file in a process of its own first
"""
