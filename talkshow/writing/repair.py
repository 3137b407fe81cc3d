"""Asking until an answer can be used: what is wrong with it goes back to the model, twice at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from talkshow.errors import ScriptError, WriterError, printable
from talkshow.writing.answer import AllThought, bare
from talkshow.writing.base import Desk
from talkshow.writing.checking import Fault
from talkshow.writing.endpoint import Endpoint, Question
from talkshow.writing.forms import Messages
from talkshow.writing.prompts import Prompts
from talkshow.writing.streaming import Answer
from talkshow.writing.thoughts import final_answer

MAX_REPAIRS = 2
_QUOTED = 30_000  # characters of a wrong answer that the model is shown again
_LISTED = 12  # faults
_FINISHED = {
    "length": "it was cut off at the limit of tokens; write less",
    "runaway": "it went on and on and was stopped; write only what was asked for",
}

Result = TypeVar("Result")


def ask_until_good(
    endpoint: Endpoint,
    question: Question,
    read: Callable[[str], tuple[Result, list[Fault]]],
    prompts: Prompts,
    desk: Desk,
) -> tuple[Result, list[str]]:
    """What `read` makes of a good answer, and what is still not as asked for.

    `read` raises ScriptError for an answer that is none. Raises WriterError, with the last answer, where none of them
    can be used.
    """
    best: tuple[Result, list[Fault]] | None = None
    answer, faults = Answer(), list[Fault]()
    for turn in range(1 + MAX_REPAIRS):
        asked = question if not turn else _again(question, bare(answer.text), faults, prompts)
        try:
            answer = endpoint.ask(asked, partial(desk.draft.watcher, desk.report))
        except WriterError:
            if best is None:
                raise
            break  # a script that could be better is better than none
        value, faults = _read(answer, read)
        if value is not None and not any(fault.fatal for fault in faults):
            if best is None or len(faults) < len(best[1]):
                best = value, faults
            if not faults:
                break
        if turn < MAX_REPAIRS:
            desk.report(f"not yet: {_told(faults)}; asking again ({turn + 1} of {MAX_REPAIRS})")
    if best is None:
        raise WriterError(_failure(endpoint.model, answer, faults), answer.text or answer.thoughts)
    return best[0], [fault.message for fault in best[1]]


def _failure(model: str, answer: Answer, faults: list[Fault]) -> str:
    """Why there is no script, and what to do."""
    if any(isinstance(fault, _ThoughtOnly) for fault in faults):
        cut = "was cut off at the limit of tokens while it" if answer.finish == "length" else "only"
        return (
            f"the model {model} spent its answer on thinking: it {cut} thought, and wrote no script, also when asked "
            "again. Turn its thinking off in the server, raise the server's limit of tokens (its context, too), ask "
            "for fewer --lines, or take a model that does not think with --model."
        )
    return (
        f"the model {model} gave no script that can be used, also when asked again: {_told(faults)}. Try another "
        "model, or a shorter script."
    )


class _ThoughtOnly(Fault):
    """The fault of an answer that is all thought."""


def _read(answer: Answer, read: Callable[[str], tuple[Result, list[Fault]]]) -> tuple[Result | None, list[Fault]]:
    value: Result | None = None
    # a server that takes answers apart may have put all of one among the thoughts
    text = answer.text if answer.text.strip() else _after_thoughts(answer.thoughts)
    try:
        if answer.thoughts and not text.strip():
            raise AllThought
        value, faults = read(text)
    except AllThought as exc:
        faults = [_ThoughtOnly(exc.message)]
    except ScriptError as exc:
        faults = [Fault(str(exc))]
    if answer.finish in _FINISHED:
        faults.insert(0, Fault(_FINISHED[answer.finish], fatal=value is None))
    return value, faults


def _after_thoughts(thoughts: str) -> str:
    """The answer behind thoughts that the server took for more of them."""
    final = final_answer(thoughts)
    return final.text if final.thought and not final.ends_in_thought else ""


def _again(question: Question, answer: str, faults: list[Fault], prompts: Prompts) -> Question:
    listed = "\n".join(f"- {fault.message}" for fault in faults[:_LISTED])
    repair = prompts.fill("repair", {"problems": listed})

    def messages(form: str) -> Messages:
        return [
            *question.messages(form),
            {"role": "assistant", "content": answer[:_QUOTED] or "(nothing)"},
            {"role": "user", "content": repair},
        ]

    return replace(question, messages=messages)


def _told(faults: list[Fault]) -> str:
    """The first fault on one line."""
    first = " ".join(printable(faults[0].message.replace("\n", " ")).split()) if faults else ""
    first = first if len(first) <= 240 else first[:240] + "…"
    return first + (f" (and {len(faults) - 1} more)" if len(faults) > 1 else "")
