"""The one door through which sound and video come in.

    opening.py     open_media: files alone, formats of a white list, nothing opened that a file names
    mp4.py         how many samples the tables of an MP4 claim
"""
