"""What a picture's file says of its size: read before anything is decoded, so that no file can take all memory.

base.py      Header: size, and the memory that decoding takes
png.py       PNG and APNG          jpeg.py   JPEG of any coding
webp.py      WebP of any kind      tiff.py   TIFF and BigTIFF
bitmaps.py   BMP and GIF
kinds.py     the white list: which file is which, by its first bytes
"""
