"""The marks by which models and servers tell thoughts, answers and turns apart, in the spellings of all families.

XML-like tags:      <think>, <thinking>, <thought>, <reasoning>, <seed:think>, <|think|>, &lt;think&gt;, ...
other brackets:     [THINK] (Magistral), ◁think▷ (Kimi), <|begin_of_thought|>, <|START_THINKING|>, <|inner_prefix|>
channels:           <|channel|>analysis<|message|> (harmony), its remains `analysis...assistantfinal`, and
                    <|channel>thought ... <channel|> (Gemma)
answers:            <answer>, <response>, <|begin_of_solution|>, [BEGIN FINAL RESPONSE]
ends of a turn:     <|im_end|>, <|eot_id|>, <|return|>, </s>, ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a mark says about the text behind it."""

    THOUGHT = "thought"
    CHANNEL = "channel"  # a thought that the end of the turn closes
    END_OF_THOUGHT = "end of a thought"
    ANSWER = "answer"
    FINAL = "final"  # the answer, whatever is still open
    END_OF_ANSWER = "end of the answer"
    TURN = "turn"  # the model's turn begins
    END_OF_TURN = "end of the turn"


@dataclass(frozen=True)
class Mark:
    """A mark, and where it stands in the text."""

    kind: Kind
    start: int
    end: int


_THOUGHT = (
    r"(?:\w{1,20}[:_-])?(?:think(?:ing)?|thoughts?|reason(?:ing|s)?|reflect(?:ion)?|scratch_?pad|analysis|rationale"
    r"|inner_?(?:thoughts?|monologue)|chain_of_thought|cot|drafts?|brainstorm(?:ing)?|planning|critique)"
)
_ANSWER = r"(?:final_?)?(?:answer|response|output|solution|script|result)|final"
_LEFT, _RIGHT = r"(?:<[|｜]?|&lt;)\s*", r"\s*(?:[|｜]?>|&gt;)"
_MARK = re.compile(
    r"(?P<harmony><\|channel\|>\s*(?P<channel>[A-Za-z_]*)[^<\n{]{0,80}(?:<\|constrain\|>[^<\n{]{0,40})?(?:<\|message\|>)?)"
    r"|(?P<final>assistant\n?final(?:\s?json(?=\s*[{\[]))?(?![a-z])|<\|start\|>assistant\s*<\|message\|>)"
    r"|(?P<turn>(?:<\|im_start\|>|<\|start\|>|<start_of_turn>|<\|turn>|<\|start_header_id\|>)"
    r"\s*(?:assistant|model)\b(?:<\|end_header_id\|>)?|<\|assistant\|>|<\|message\|>|<s>|<bos>|<\|begin_of_text\|>)"
    r"|(?P<end_of_turn><\|(?:end|return|call|im_end|im_start|start|eot_id|eom_id|endoftext|end_of_text|END_OF_TURN_TOKEN"
    r"|user|system|observation|start_header_id|end_of_solution|end_of_role|endofprompt|eos)\|>"
    r"|<(?:end_of_turn|start_of_turn|turn\||eos)>|<[|｜]end[▁_]of[▁_]sentence[|｜]>|</s>|\[/?INST\])"
    rf"|(?P<end_of_thought>(?i:{_LEFT}/\s*{_THOUGHT}\s*/?{_RIGHT}|<\|end_of_(?:{_THOUGHT})\|>|{_LEFT}/think\s*/?{_RIGHT})"
    r"|◁/think(?:ing)?▷|\[/(?:THINK|THINKING|REASONING)\]|<\|END_THINKING\|>|<\|inner_suffix\|>|<channel\|>"
    r"|\.\.\.\s?done thinking\.)"
    rf"|(?P<thought>(?i:{_LEFT}{_THOUGHT}(?:\s[^<>/\n]{{0,200}})?{_RIGHT}|<\|(?:begin|start)_of_(?:{_THOUGHT})\|>)"
    r"|◁think(?:ing)?▷|\[(?:THINK|REASONING)\]|<\|START_THINKING\|>|<\|inner_prefix\|>|<\|channel>[a-z]*)"
    rf"|(?P<end_of_answer>(?i:</(?:{_ANSWER})>)|<\|END_RESPONSE\|>|\[END FINAL RESPONSE\])"
    rf"|(?P<answer>(?i:<(?:{_ANSWER})>)|<\|begin_of_solution\|>|<\|START_RESPONSE\|>|\[BEGIN FINAL RESPONSE\]"
    r"|(?m:^[*#\s]{0,8}Here is my (?:final )?(?:response|answer):\**))"
)
_KINDS = {
    "final": Kind.FINAL,
    "turn": Kind.TURN,
    "end_of_turn": Kind.END_OF_TURN,
    "end_of_thought": Kind.END_OF_THOUGHT,
    "thought": Kind.THOUGHT,
    "end_of_answer": Kind.END_OF_ANSWER,
    "answer": Kind.ANSWER,
}
# what is left of a mark whose special tokens the server took away, at the beginning of an answer
_REMAINS = re.compile(
    r"\s*(?:assistant)?(?:analysis|commentary)(?=[A-Z\"'“]|<\|message\|>)|\s*(?:thought|analysis|commentary)\n"
)
_LONGEST = 240  # characters of a mark
_END = re.compile(r"[>\]▷]|&gt;")
_OPEN_HEADER = re.compile(r"(?:<\|(?:start|im_start|channel)\|>|<\|channel>)(?:(?!<\|message\|>)[^\n{]){0,140}\Z")
_GLUED = "assistantfinal json"
REMAINS = 12  # characters in which the remains of a mark show


def find_marks(text: str, *, begins: bool = True) -> Iterator[Mark]:
    """The marks of an answer in order.  begins: whether the text is the beginning of the answer."""
    at = 0
    if begins and (remains := _REMAINS.match(text)):
        at = remains.end()
        yield Mark(Kind.CHANNEL, 0, at)
    for match in _MARK.finditer(text, at):
        if match["harmony"]:
            yield Mark(_channel(match["channel"], match[0]), match.start(), match.end())
        else:
            yield Mark(_KINDS[str(match.lastgroup)], match.start(), match.end())


def _channel(name: str, whole: str) -> Kind:
    """Models also answer on the channel of comments; what is sent there to a tool is no answer."""
    to_user = name.casefold().startswith("final") or (name.casefold() == "commentary" and " to=" not in whole)
    return Kind.FINAL if to_user else Kind.CHANNEL


def unfinished_from(text: str) -> int:
    """Where a mark may begin that is not whole yet; the length of the text if there is none."""
    low = max(0, len(text) - _LONGEST)
    if header := _OPEN_HEADER.search(text, low):
        return header.start()
    for at in range(low, len(text)):
        begins = text[at] in "<[◁" or (text[at] == "&" and "&lt;".startswith(text[at : at + 4]))
        if begins and not _END.search(text, at + 1):
            return at
    lengths = range(min(len(text), len(_GLUED)), 0, -1)
    return len(text) - next((length for length in lengths if _GLUED.startswith(text[-length:])), 0)
