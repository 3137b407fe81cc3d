"""Reads the size in a picture's header before anything is decoded, so that no file can exhaust the memory.

base.py      Header: size, and the memory that decoding takes
png.py       PNG and APNG          jpeg.py   JPEG of any coding
webp.py      WebP of any kind      tiff.py   TIFF and BigTIFF
bitmaps.py   BMP and GIF           bmff.py   HEIC and AVIF
kinds.py     the list of formats: identifies a file by its first bytes
"""
