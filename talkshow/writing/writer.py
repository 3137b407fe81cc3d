"""The writer that asks a language model: one pass for a short script, an outline and its scenes for a long one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from talkshow.cast.choosing import find_voice, offered
from talkshow.cast.languages import speaks
from talkshow.errors import ScriptError
from talkshow.script.model import Line, Scene, Script
from talkshow.writing import telling
from talkshow.writing.answer import PLOT, read_answer
from talkshow.writing.base import Brief, Desk, WrittenScript
from talkshow.writing.checking import Fault, Wanted, find_faults, settle, wanted
from talkshow.writing.endpoint import Endpoint, Question
from talkshow.writing.prompts import Prompts
from talkshow.writing.repair import ask_until_good
from talkshow.writing.revise import revise
from talkshow.writing.schema import dialogue_schema, outline_schema, script_schema
from talkshow.writing.sources import condense

_SCENE_LINES = 28  # of a scene of a long script
_MAX_SCENES = 60
_REQUESTS_A_SCENE = 5


class EndpointWriter:
    """Writes through any endpoint that speaks the protocol of OpenAI's chat completions."""

    summary = "a language model behind any OpenAI-compatible endpoint"

    def write(self, brief: Brief, desk: Desk) -> WrittenScript:
        """Raises WriterError where the endpoint gives no script, CastError for a given voice that does not exist."""
        prompts = Prompts(desk.endpoint.prompts)
        for hint in brief.so_far.cast if brief.so_far else brief.cast:
            if hint.voice:
                find_voice(hint.voice, desk.voices)
        endpoint = Endpoint(desk.endpoint, desk.report)
        brief = replace(brief, source=condense(brief, endpoint, prompts, desk.report))
        if brief.revision:
            script, notes = revise(brief, endpoint, prompts, desk)
        else:
            write = _write_long if brief.is_long else _write_short
            script, notes = write(brief, endpoint, prompts, desk)
            if brief.so_far:
                script = continued(brief.so_far, script)
        notes = [*notes, *_language_note(brief, desk)]
        return WrittenScript(script, f"model {endpoint.model}", tuple(dict.fromkeys(notes)), endpoint.usage)

    def preview(self, brief: Brief, desk: Desk) -> list[dict[str, str]]:
        """The first messages; nothing is sent."""
        from talkshow.writing.revise import revision_values

        prompts = Prompts(desk.endpoint.prompts)
        if brief.revision:
            return telling.talk(prompts, "revise", "changes", revision_values(brief, prompts), "json")
        values = telling.brief_values(brief, desk.voices, prompts)
        if not brief.is_long:
            return telling.talk(prompts, "script", "script", values, "json")
        values["num_scenes"] = str(_num_scenes(brief))
        return telling.talk(prompts, "outline", "outline", values, "json")


def _language_note(brief: Brief, desk: Desk) -> list[str]:
    if any(speaks(voice, brief.language) for voice in desk.voices.values()):
        return []
    return [f"no voice here speaks '{brief.language}': another engine is needed (docs/plugins.md)"]


def _write_short(brief: Brief, endpoint: Endpoint, prompts: Prompts, desk: Desk) -> tuple[Script, list[str]]:
    values, want = telling.brief_values(brief, desk.voices, prompts), wanted(brief, desk.voices)
    names = [hint.name for hint in want.cast] if want.closed else []
    question = Question(
        lambda form: telling.talk(prompts, "script", "script", values, form),
        "script",
        script_schema(list(offered(desk.voices)), names),
        _most(brief.num_lines),
    )
    notes: list[str] = []

    def read(answer: str) -> tuple[Script, list[Fault]]:
        notes.clear()
        return _read_script(answer, brief, want, desk, notes)

    script, left = ask_until_good(endpoint, question, read, prompts, desk)
    return script, notes + left


def _read_script(answer: str, brief: Brief, want: Wanted, desk: Desk, notes: list[str]) -> tuple[Script, list[Fault]]:
    """A whole script out of an answer, settled; `notes` takes what was changed."""
    from talkshow.render.cartoon.looks.reader import look_problems

    read = read_answer(answer)
    script = replace(read.script, language=brief.language)
    settled, changed = settle(script, want, look_problems, desk.endpoint.seed or 0)
    notes += [*read.notes, *_remarks(script), *changed]
    return settled, [*read.faults, *find_faults(script, settled, want)]


def _remarks(script: Script) -> list[str]:
    """What the parser remarks on an answer, without its places; missing members of the cast are settled by now."""
    return [warning.message for warning in script.warnings if not warning.message.endswith("is not in the cast")]


def _most(num_lines: int) -> int:
    """Lines from which an answer is a runaway."""
    return num_lines * 4 + 60


def _num_scenes(brief: Brief) -> int:
    return max(2, min(_MAX_SCENES, round(brief.num_lines / _SCENE_LINES)))


def _write_long(brief: Brief, endpoint: Endpoint, prompts: Prompts, desk: Desk) -> tuple[Script, list[str]]:
    """Outline, then scene by scene."""
    outline, notes = _outline(brief, endpoint, prompts, desk)
    endpoint.allow(_REQUESTS_A_SCENE * len(outline.scenes))
    scenes: list[Scene] = []
    spoken = list(brief.so_far.lines) if brief.so_far else []
    for number, plan in enumerate(outline.scenes, start=1):
        desk.report(f"scene {number} of {len(outline.scenes)}: {plan.title}")
        lines, remarks = _scene(brief, outline, number, spoken, endpoint, prompts, desk)
        scenes.append(replace(plan, lines=lines))
        spoken += lines
        notes += remarks
        desk.draft.done = replace(outline, scenes=tuple(scenes))
    script = replace(outline, scenes=tuple(scenes))
    script = replace(script, cast=tuple(hint for hint in script.cast if hint.name in script.speakers))
    desk.draft.lines.clear()
    whole = wanted(brief, desk.voices)
    return script, notes + [fault.message for fault in find_faults(script, script, whole)]


def _outline(brief: Brief, endpoint: Endpoint, prompts: Prompts, desk: Desk) -> tuple[Script, list[str]]:
    values = telling.brief_values(brief, desk.voices, prompts) | {"num_scenes": str(_num_scenes(brief))}
    want = wanted(brief, desk.voices)
    question = Question(
        lambda form: telling.talk(prompts, "outline", "outline", values, form),
        "outline",
        outline_schema(list(offered(desk.voices))),
        10 * _MAX_SCENES,
    )
    notes: list[str] = []

    def read(answer: str) -> tuple[Script, list[Fault]]:
        notes.clear()
        return _read_outline(answer, brief, want, desk, notes)

    desk.report("outline")
    outline, left = ask_until_good(endpoint, question, read, prompts, desk)
    return outline, notes + left


def _read_outline(answer: str, brief: Brief, want: Wanted, desk: Desk, notes: list[str]) -> tuple[Script, list[Fault]]:
    from talkshow.render.cartoon.looks.reader import look_problems

    read = read_answer(answer)
    outline = read.script
    if not outline.cast and not want.cast:
        raise ScriptError("the plan has no cast; give every character a name, a voice, a look and a description")
    if len(outline.scenes) > _MAX_SCENES:
        raise ScriptError(f"the plan has {len(outline.scenes)} scenes, at most {_MAX_SCENES} are possible")
    plot_only = replace(
        outline,
        language=brief.language,
        scenes=tuple(
            replace(scene, lines=tuple(replace(line, speaker=PLOT) for line in scene.lines)) for scene in outline.scenes
        ),
    )
    faults = list(read.faults)
    if want.num_characters and not want.cast and len(outline.cast) != want.num_characters:
        faults.append(
            Fault(
                f"the cast has {len(outline.cast)} characters where {want.num_characters} were asked for", fatal=False
            )
        )
    given = {hint.name.casefold() for hint in want.cast}
    new = [hint for hint in outline.cast if hint.name != PLOT and hint.name.casefold() not in given]
    cast = [*want.cast, *([] if want.closed else new)]
    notes += [f"{hint.name} of the plan is not of the given cast and does not play" for hint in new if want.closed]
    settled, changed = settle(
        _cast_only(plot_only, [hint.name for hint in cast]), want, look_problems, desk.endpoint.seed or 0
    )
    notes += [*read.notes, *changed]
    return replace(plot_only, cast=settled.cast), faults


def _cast_only(outline: Script, names: list[str]) -> Script:
    """A script in which everybody of the cast says something, as `settle` looks for those who speak."""
    line = next(outline.lines)
    scene = replace(outline.scenes[0], lines=tuple(replace(line, speaker=name) for name in names))
    return replace(outline, scenes=(scene,))


def _scene(
    brief: Brief, outline: Script, number: int, spoken: list[Line], endpoint: Endpoint, prompts: Prompts, desk: Desk
) -> tuple[tuple[Line, ...], list[str]]:
    """The lines of one scene of a plan."""
    total = len(outline.scenes)
    num_lines = max(2, round(brief.num_lines / total))
    names = [hint.name for hint in outline.cast]
    values = telling.brief_values(brief, desk.voices, prompts) | {
        "outline": telling.outline_text(outline),
        "number": str(number),
        "total": str(total),
        "length": telling.length(num_lines),
        "before": telling.before(spoken),
        "task": _task(number, total),
        "names": ", ".join(names),
    }
    question = Question(
        lambda form: telling.talk(prompts, "dialogue", "dialogue", values, form),
        "dialogue",
        dialogue_schema(names),
        _most(num_lines),
    )
    want = Wanted(desk.voices, outline.cast, closed=True, lines=(num_lines / 3, num_lines * 3 + 2))

    def read(answer: str) -> tuple[tuple[Line, ...], list[Fault]]:
        found = read_answer(answer)
        lines = _renamed(tuple(found.script.lines), names)
        told = replace(found.script, cast=outline.cast, scenes=(Scene("", lines),))
        faults = [fault for fault in find_faults(told, told, want) if "must speak" not in fault.message]
        return lines, [*found.faults, *faults]

    return ask_until_good(endpoint, question, read, prompts, desk)


def _task(number: int, total: int) -> str:
    if number == 1:
        return "the beginning. Start in the middle of something; do not introduce the show."
    if number == total:
        return "the end. Bring it to the point that the plan asks for, and stop there."
    return "go on right after what was said just before; no one greets anyone again."


def _renamed(lines: tuple[Line, ...], names: list[str]) -> tuple[Line, ...]:
    """Lines with the names as the cast spells them."""
    known: Mapping[str, str] = {name.casefold(): name for name in names}
    return tuple(
        replace(line, speaker=known.get(line.speaker.casefold(), line.speaker), source_line=0, shot_lines=())
        for line in lines
    )


def continued(old: Script, new: Script) -> Script:
    """A script and what comes next: the first new scene goes on in the last place where it has its title or none."""
    new_scenes = [
        replace(scene, source_line=0, lines=_renamed(scene.lines, list(old.speakers))) for scene in new.scenes
    ]
    scenes, first = list(old.scenes), new_scenes[0]
    if first.title.casefold() in ("", scenes[-1].title.casefold()):
        scenes[-1] = replace(scenes[-1], lines=scenes[-1].lines + first.lines)
        del new_scenes[0]
    known = {name.casefold() for name in (*(hint.name for hint in old.cast), *old.speakers)}
    added = tuple(replace(hint, source_line=0) for hint in new.cast if hint.name.casefold() not in known)
    return replace(old, cast=old.cast + added, scenes=(*scenes, *new_scenes), warnings=())
