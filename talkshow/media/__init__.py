"""Opens sound and video files safely; the only entry point for media.

opening.py     open_media: opens the file and nothing that the file refers to
allowed.py     the allowed containers, codecs and sizes
mp4.py         counts the samples that the tables of an MP4 claim
trial.py       opens a file in a separate process first
"""
