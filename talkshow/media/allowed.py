"""What FFmpeg may read of what people bring: the containers and codecs of recordings and films, and nothing else.

Not here: lists of other files and hosts (hls, dash, concat, sdp, ...), pictures in rows, devices, generators, text.
"""

from __future__ import annotations

import functools

FORMATS = (
    # sound
    "wav", "w64", "aiff", "caf", "au", "flac", "mp3", "aac", "loas", "ac3", "eac3", "dts", "dtshd", "mlp", "truehd",
    "ogg", "amr", "amrnb", "amrwb", "ape", "tta", "wv", "mpc", "mpc8", "tak", "shn", "dsf", "gsm", "voc", "iff", "oma",
    "qcp", "nistsphere", "sox", "ircam",
    # film
    "mov", "matroska", "avi", "asf", "mpeg", "mpegts", "flv", "mxf", "rm", "dv", "nut", "ivf", "gif",
)
EPISODES = ("mov",)
_PICTURE_CODECS = (
    "h264", "hevc", "vvc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mpeg2video", "mpeg1video", "h263", "flv", "vp6",
    "vp6f", "theora", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "wmv3", "vc1", "mjpeg", "prores", "dnxhd",
    "dvvideo", "ffv1", "ffvhuff", "huffyuv", "utvideo", "qtrle", "rawvideo", "svq1", "svq3", "cinepak", "rv30", "rv40",
    "gif", "png",
)
_SOUND_CODECS = (
    "aac", "aac_latm", "ac3", "eac3", "alac", "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "ape",
    "atrac1", "atrac3", "atrac3p", "cook", "dca", "dsd_lsbf", "dsd_msbf", "dsd_lsbf_planar", "dsd_msbf_planar", "flac",
    "g722", "g723_1", "g726", "g726le", "g729", "gsm", "gsm_ms", "ilbc", "mace3", "mace6", "mlp", "mp1", "mp1float",
    "mp2", "mp2float", "mp3", "mp3float", "mpc7", "mpc8", "nellymoser", "opus", "libopus", "qcelp", "qdm2", "qdmc",
    "ra_144", "ra_288", "ralf", "shorten", "sipr", "speex", "libspeex", "tak", "truehd", "truespeech", "tta", "vorbis",
    "libvorbis", "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice",
)
_FAMILIES = ("pcm_", "adpcm_", "8svx_")
MOST_STREAMS = 200
MOST_PIXELS = 36_000_000             # of a frame of film: 8192x4352
_NO_PROTOCOL = "none"                # the file is opened already, and nothing else is


@functools.cache
def ffmpeg_options(formats: tuple[str, ...], pictures: bool) -> dict[str, str]:
    """For the container, and for every decoder that looks into it while it is opened.

    pictures: whether decoders of pictures look into it as well
    """
    import av

    families = [name for name in sorted(av.codecs_available) if name.startswith(_FAMILIES)]
    codecs = (*_SOUND_CODECS, *families, *(_PICTURE_CODECS if pictures else ()))
    return {"protocol_whitelist": _NO_PROTOCOL, "format_whitelist": ",".join(formats),
            "codec_whitelist": ",".join(codecs), "max_streams": str(MOST_STREAMS), "max_pixels": str(MOST_PIXELS),
            "ignore_chapters": "1"}
