"""Built-in engines, what they need, and which model files they read."""

from __future__ import annotations

from pages.markdown import GENERATED, code, prose, table
from talkshow.cast.catalogue import bundled_weights
from talkshow.engines.registry import BUILT_IN, traits
from talkshow.engines.weights import find, known

_TITLES = {
    "voice_engines": ("Voice engines", "Chosen by a voice, in `engine` of its `voice.toml`."),
    "renderers": ("Renderers", "Chosen with `--renderer`."),
    "diarizers": ("Diarizers", "Chosen with `--diarizer`."),
    "transcribers": ("Transcribers", "Used by `convert` to write captions."),
    "writers": ("Writers", "Chosen with `--writer`."),
}


def page(_: str = "") -> str:
    """The whole page."""
    parts = [
        GENERATED.format(source="talkshow/engines"),
        "# Engines and models\n\nInstalled packages can add engines of every kind: see [plugins.md](../plugins.md).\n",
    ]
    for kind, engines in BUILT_IN.items():
        if not engines:
            continue
        title, chosen = _TITLES[kind]
        rows = []
        for name in engines:
            about = traits(kind, name)
            needs = f"pip install 'talkshow[{about.extra}]'" if about.extra else ""
            models = ", ".join(code(each.name) for each in about.weights)
            rows.append((code(name), prose(about.summary), code(needs), models))
        parts += [f"\n## {title}\n\n{chosen}\n\n", table(("name", "what it does", "needs", "models"), rows)]
    rows = (
        (
            code(each.name),
            prose(each.purpose),
            _size(each.size or sum(path.stat().st_size for path in find(each))),
            each.licence,
            prose(each.source),
        )
        for each in (*known().values(), *bundled_weights())
    )
    return "".join(
        [
            *parts,
            "\n## Models\n\n`talkshow models verify` compares every file with its SHA-256.\n\n",
            table(("model", "purpose", "size", "licence", "source"), rows),
        ]
    )


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes >= 1e5 else f"{num_bytes / 1e3:.0f} kB"
