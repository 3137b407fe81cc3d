"""Answers as models and servers really give them: thoughts, drafts, fences, JSON of every kind, words around."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter

import pytest
from chat_server import plain, streamed, whole
from hypothesis import given
from hypothesis import strategies as st

from talkshow.errors import ScriptError
from talkshow.script.reader import parse_script
from talkshow.writing.answer import AllThought, read_answer
from talkshow.writing.thoughts import ThoughtFilter, final_answer

SAID = [("ANNA", "The kettle sings."), ("BO", "It is off key."), ("ANNA", "So are you.")]
TEXT = "\n".join(f"{speaker}: {text}" for speaker, text in SAID)
LINES = [{"speaker": speaker, "tags": "", "text": text} for speaker, text in SAID]
SCRIPT = {"title": "Tea", "cast": [], "scenes": [{"title": "", "prompt": "", "lines": LINES}]}
JSON = json.dumps(SCRIPT)
DRAFT = "ANNA: The first attempt.\nBO: It is no good."
DRAFT_JSON = JSON.replace("The kettle sings.", "The first attempt.")


def said(answer: str) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in read_answer(answer).script.lines]


PAIRS = {
    "think": ("<think>\n", "\n</think>\n"),
    "thinking": ("<thinking>", "</thinking>"),
    "thought": ("<thought>", "</thought>"),
    "reasoning": ("<reasoning>", "</reasoning>"),
    "capitals": ("<THINK>", "</THINK>"),
    "attributes": ('<think duration="3">', "</think>"),
    "escaped": ("&lt;think&gt;", "&lt;/think&gt;"),
    "bars": ("<|think|>", "<|/think|>"),
    "seed": ("<seed:think>", "</seed:think>"),
    "kimi": ("◁think▷", "◁/think▷"),
    "magistral": ("[THINK]", "[/THINK]"),
    "begin and end": ("<|begin_of_thought|>", "<|end_of_thought|><|begin_of_solution|>"),
    "command": ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    "inner": ("<|inner_prefix|>", "<|inner_suffix|>"),
    "gemma": ("<|channel>thought\n", "<channel|>"),
    "harmony": ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    "harmony, JSON": (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>",
    ),
    "harmony, commentary": (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>commentary<|message|>",
    ),
    "harmony, its beginning lost": ("analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    "harmony, its marks lost": ("analysisWe need tea. ", "assistantfinal"),
    "answer": ("<think>", "</think><answer>"),
    "process": ("<thought_process>\n", "\n</thought_process>\n"),
    "prefix": ("<antThinking>", "</antThinking>"),
    "token": ("<｜begin▁of▁thought｜>", "<｜end▁of▁thought｜>"),
    "start and end": ("<|thought_start|>", "<|thought_end|>"),
    "small letters": ("[thinking]\n", "[/thinking]\n"),
    "wrong slash": ("<think>", "<\\think>"),
    "slash behind": ("<think>", "<think/>"),
    "plan": ("<plan>\n", "\n</plan>\n"),
    "medgemma": ("<unused94>thought\n", "<unused95>"),
    "final on its line": ("analysis\n", "\nfinal\n"),
}
ENDS = ("", "<|im_end|>", "<|return|>", "<|eot_id|>", "</s>", "</answer>", "<|im_end|>\n<|im_start|>user\nThanks!")


@pytest.mark.parametrize("opens", [True, False], ids=["", "opening tag in the prompt"])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_only_what_follows_the_last_thought_counts(pair, opens):
    before, after = pair
    before = before if opens or before.startswith("analysis") else ""
    for draft, script in ((DRAFT, TEXT), (DRAFT_JSON, JSON), (f"```\n{DRAFT}\n```", f"```\n{TEXT}\n```")):
        for end in ENDS:
            answer = f"{before}A draft:\n{draft}\nBetter.{after}{script}{end}"
            assert said(answer) == SAID, answer
    thoughts = f"{before}{DRAFT}{after}\n{before}{DRAFT}"
    assert said(f"{thoughts}{after}{TEXT}") == SAID


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@given(size=st.integers(1, 60))
def test_what_is_shown_while_it_comes_is_what_counts(pair, size):
    answer = f"{pair[0]}A draft:\n{DRAFT}\nBetter.{pair[1]}{TEXT}\n"
    thoughts, shown = ThoughtFilter(), ""
    for at in range(0, len(answer), size):
        restarted, piece = thoughts.feed(answer[at : at + size])
        shown = piece if restarted else shown + piece
    assert shown.strip() == TEXT == final_answer(answer).text


@pytest.mark.parametrize(
    "answer",
    [
        f"<think>\n{DRAFT}",
        f"[THINK]{DRAFT}",
        f"<|channel|>analysis<|message|>{DRAFT}",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|>",
        f"analysisWe need tea. {DRAFT}",
        f"<think>{DRAFT}</think>",
        f"{DRAFT}\n</think>\n",
        f"Hm.\n<think>\n{DRAFT_JSON}",
    ],
)
def test_an_answer_that_is_all_thought_is_no_script(answer):
    with pytest.raises(AllThought):
        read_answer(answer)


def test_a_tag_that_somebody_speaks_of_is_a_word():
    lines = "ANNA: It prints <think> and hangs.\nBO: Turn it off."
    assert said(lines) == [("ANNA", "It prints and hangs."), ("BO", "Turn it off.")]  # as any tag: told, not spoken
    spoken = json.dumps({"lines": [{"speaker": "ANNA", "text": "Close it with </think>, then."}]})
    assert said(spoken) == [("ANNA", "Close it with , then.")]


def test_a_script_ahead_of_the_last_thoughts_is_told_of():
    assert said(f"{TEXT}\n<think>Is it short? Yes.</think>") == SAID
    read = read_answer(f"{DRAFT}\n<think>No.</think>\n{TEXT}")
    assert [line.text for line in read.script.lines] == [text for _, text in SAID]
    assert any("last thoughts" in note for note in read.notes)
    cut = read_answer(f"{TEXT}\n<think>\nIs it")
    assert any("within the model's thoughts" in note for note in cut.notes)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


CAST_LIST = "- **ANNA:** a cook\n- **BO:** her guest"
READ_AS_MEANT = {
    "thoughts in bold": f"**<think>**{DRAFT}**</think>**{TEXT}",
    "thoughts in a comment": f"<!-- think -->\n{DRAFT}\n<!-- /think -->\n{TEXT}",
    "thoughts, folded": f"<details><summary>Thoughts</summary>\n{DRAFT}\n</details>\n{TEXT}",
    "thoughts, quoted": f"**Thinking...**\n\n{quoted(DRAFT)}\n\n{TEXT}",
    "thoughts in a fence": f"```thinking\n{DRAFT}\n```\n\n{TEXT}",
    "thoughts below a heading": f"## Thoughts\n{DRAFT}\n\n## Script\n{TEXT}",
    "a sentence ahead of the final version": f"First:\n{DRAFT}\n\nToo loud. Now the final version.\n\n---\n\n{TEXT}",
    "keys without quotes": re.sub(r'"(\w+)":', r"\1:", JSON),
    "keys without quotes, single quotes": re.sub(r'"(\w+)":', r"\1:", JSON).replace('"', "'"),
    "escaped": json.dumps(JSON)[1:-1],
    "line feeds escaped": json.dumps(SCRIPT, indent=1).replace("\n", "\\n"),
    "line feeds escaped, text": TEXT.replace("\n", "\\n"),
    "wrapped in something": json.dumps({"status": "ok", "skit": {"Title": "Tea", "Dialogue": LINES}}),
    "wrapped in a list": json.dumps([{"screenplay": SCRIPT}]),
    "wrapped as an answer": json.dumps({"choices": [{"message": {"role": "assistant", "content": JSON}}]}),
    "draft under a key, lines beside it": json.dumps({"first_draft": LINES[:1], "segments": LINES}),
    "scenes that are lists": json.dumps({"scenes": [LINES[:2], LINES[2:]]}),
    "scenes by name": json.dumps({"scenes": {"one": {"lines": LINES[:2]}, "two": {"text": TEXT.split("\n")[2]}}}),
    "scenes, one a line": "\n".join(json.dumps({"title": n, "lines": [row]}) for n, row in enumerate(LINES)),
    "acts": json.dumps({"acts": [{"scenes": [{"lines": LINES}]}]}),
    "pairs": json.dumps({"lines": SAID}),
    "lines in one text": json.dumps({"title": "Tea", "lines": TEXT}),
    "speakers in parts": json.dumps(
        {"lines": [{"speaker": {"id": 1, "name": who}, "text": said} for who, said in SAID]}
    ),
    "draft in JSON, then text": f"{DRAFT_JSON}\n\nAs a script:\n\n{TEXT}",
    "scenes in fences": "Scene 1\n```\n{}\n{}\n```\nScene 2\n```\n{}\n```".format(*TEXT.split("\n")),
    "a fence of notes": f"{TEXT}\n\n```\nmood: dry\n```",
    "indented": "\n".join(f"    {line}" for line in TEXT.split("\n")),
    "characters listed": f"**Characters:**\n{CAST_LIST}\n\n{TEXT}",
    "characters listed behind": f"{TEXT}\n\nCharacters:\n- ANNA: a cook\n- BO: her guest",
    "heading of a scene": f"SCENE 1: A kitchen\n\n{TEXT}",
    "heading of a place": f"INT. KITCHEN - DAY\n\n{TEXT}",
    "chat": f"User: tea, please\nAssistant:\n\n{TEXT}",
    "instruction": f"{TEXT}\n\n### Instruction:\nMake it louder.\n\n### Response:\n{DRAFT}",
    "words behind that are no label": f"{TEXT}\n\nIdeas for next time: a boat.",
    "German": f"Gerne, hier ist das Skript:\n\n{TEXT}\n\nIch hoffe, es gefällt dir.\nHinweis: Es ist kurz.",
    "French": f"Voici le script :\n\n{TEXT}\n\nJ'espère que cela vous plaît. Remarque : c'est court.",
    "Spanish": f"¡Claro! Aquí tienes:\n\n{TEXT}\n\nNota: es corto.",
    "Russian": f"Вот сценарий:\n\n{TEXT}\n\nПримечание: коротко.",
    "Chinese": f"好的！以下是剧本：\n\n{TEXT}\n\n希望您喜欢！注意：可以改长。",
    "Japanese": f"台本です：\n\n{TEXT}\n\n注：短めです。",
    "words around JSON": f"Of course! Here it is:\n{JSON}\nI hope that you like it.",
    "braces in words": f'The form is {{title, cast}}; each is {{"speaker": ..., "text": ...}}.\n\n{JSON}',
    "fence": f"Sure.\n```json\n{JSON}\n```\nEnjoy!",
    "fence of another language": f"```screenplay\n{TEXT}\n```",
    "fence that is not closed": f"```\n{TEXT}",
    "fence that is not opened": f"{TEXT}\n```\nI hope that it helps!",
    "tildes": f"~~~text\n{TEXT}\n~~~",
    "fence on one line": f"```json {JSON} ```",
    "fence, then a command": f"```\n{TEXT}\n```\nRender it:\n```bash\ntalkshow render tea.txt\n```",
    "comments": JSON.replace('"cast"', '// who speaks\n/* all of them */ "cast"'),
    "commas": JSON.replace("}]}]}", "},]}],}"),
    "Python": str(SCRIPT),
    "Python, assigned": f"script = {SCRIPT}",
    "curly quotes": JSON.replace('"', "”"),
    "JSON Lines": "\n".join(json.dumps(line) for line in LINES),
    "list": json.dumps(LINES),
    "other keys": json.dumps({"dialogue": [{"character": who, "line": text} for who, text in SAID]}),
    "names as keys": json.dumps({"script": [{who: text} for who, text in SAID]}),
    "thoughts as a key": json.dumps({"thoughts": DRAFT, **SCRIPT}),
    "reasons and a script": json.dumps({"reasoning": json.loads(DRAFT_JSON), "script": SCRIPT}),
    "reasons and a text": json.dumps({"analysis": DRAFT, "answer": TEXT}),
    "draft and final": json.dumps({"draft": json.loads(DRAFT_JSON), "final": SCRIPT}),
    "call of a tool": json.dumps({"name": "write_script", "arguments": JSON}),
    "JSON in JSON": json.dumps(JSON),
    "two drafts": f"```json\n{DRAFT_JSON}\n```\nBetter:\n```json\n{JSON}\n```",
    "two versions": f"First draft:\n{DRAFT}\n\nFinal version:\n{TEXT}",
    "words around": f"Sure! Here is your script:\n\n{TEXT}\n\nLet me know if you want more.",
    "words that look like a name": f"{TEXT}\n\nLet me know: I can make it longer.",
    "words right behind": f"{TEXT}\nI hope that helps!",
    "notes": f"{TEXT}\n\nNote: it is short.\nWord count: 9",
    "the end": f"{TEXT}\n\nTHE END",
    "a line that goes on": TEXT.replace("So are you.", "So are\nyou."),
    "rules": f"Here you go!\n\n---\n\n{TEXT}\n\n---\n\nWould you like another?",
    "bold": "\n\n".join(f"**{who}:** {text}" for who, text in SAID) + "\n\n**Note:** done.",
}


@pytest.mark.parametrize("answer", READ_AS_MEANT.values(), ids=READ_AS_MEANT)
def test_an_answer_is_read_as_meant(answer):
    read = read_answer(answer)
    assert [(line.speaker, line.text) for line in read.script.lines] == SAID and not read.faults


@pytest.mark.parametrize("name", ["two drafts", "two versions", "words around", "notes", "the end"])
def test_what_is_left_out_is_told_of(name):
    assert any("left out" in note or "the last one" in note for note in read_answer(READ_AS_MEANT[name]).notes)


@pytest.mark.parametrize(
    "script",
    [
        "ANNA: Hi.\nBO: Hello.\nANNA: Bye.\n\nNARRATOR: And so it ended.",
        "Anna: Hi.\n\nBo: Hello.\n\nAnna: Bye.\n\nOld Woman: I heard.",
        "DR. ANNA: Act 1: we meet.\nMR. BO: Use </notes>.\nDR. ANNA: [thinking] Well.\nNarrator: Note: it ends.",
        "小明：你好。\n小红：你好！\n小明：再见。\n\n旁白：结束了。",
        "INT. KITCHEN - DAY\n\nANNA\nTwo things: tea and time.\n\nBO\nHm: yes.\n",
    ],
)
def test_no_line_of_a_script_is_taken_for_words_around_it(script):
    lines = [(line.speaker, line.text) for line in parse_script(script).lines]
    assert said(script) == lines and len(lines) > 1


@given(pair=st.sampled_from(sorted(PAIRS.values())), answer=st.sampled_from(sorted(READ_AS_MEANT.values())))
def test_no_draft_in_thoughts_ahead_of_an_answer_wins(pair, answer):
    before, after = pair
    assert said(f"{before}A draft:\n{DRAFT}\nBetter.{after}\n{answer}") == SAID


PIECES = st.sampled_from(
    [
        *(TEXT, JSON, DRAFT, DRAFT_JSON, "```", "```json\n", "\n---\n", "ANNA: ", "Sure! ", "Note: ", "SCENE 1: "),
        *("Characters:\n", "//", "<!--", "-->", *"\n\n{}[]\"':,#>-*`"),
        *(mark for pair in PAIRS.values() for mark in pair),
    ]
)


@given(pieces=st.lists(PIECES | st.text(max_size=4), max_size=12))
def test_any_answer_is_a_script_or_an_error_and_no_word_comes_from_elsewhere(pieces):
    answer = "".join(pieces)
    try:
        lines = list(read_answer(answer).script.lines)
    except ScriptError:
        return
    letters = Counter(filter(str.isalnum, unicodedata.normalize("NFKC", answer).casefold()))
    heard = unicodedata.normalize("NFKC", " ".join(line.text for line in lines)).casefold()
    assert lines and not Counter(filter(str.isalnum, heard)) - letters


def test_a_draft_is_no_script_where_nothing_else_is_there():
    for answer in ({"thoughts": DRAFT}, {"draft": SCRIPT}, {"plan": LINES, "error": "no tokens left"}):
        with pytest.raises(ScriptError):
            read_answer(json.dumps(answer))


def test_a_speaker_is_not_taken_for_a_label():
    lines = "QUESTION: Who is there?\nANSWER: The tea.\nQUESTION: Which?\nANSWER: The green one."
    assert [speaker for speaker, _ in said(lines)] == ["QUESTION", "ANSWER", "QUESTION", "ANSWER"]


@pytest.mark.parametrize(
    "opening", ["{", '{"', '{"a": ', "[", '["x", ', "<think>", "</", "```\n", "<|channel|>", "/*{'"]
)
def test_hostile_answers_end_soon(opening):
    with pytest.raises(ScriptError):
        read_answer(opening * 20_000)


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("answer", [f"<think>{DRAFT}</think>\n{TEXT}", f"{DRAFT}\n</think>\n```\n{TEXT}\n```"])
def test_a_draft_is_never_the_script(write, server, streams, answer):
    server.behaviours = [streamed(answer, size=7) if streams else plain(answer)]
    ran = write()
    assert ran.code == 0, ran.err
    assert [(line.speaker, line.text) for line in write.script.lines] == SAID and len(server.requests) == 1


def in_deltas(*deltas, finish="stop", **last):
    """A stream of messages in parts, as the endpoint sends them."""

    def behave(handler):
        handler.begin_stream()
        for delta in deltas:
            handler.event({"choices": [{"index": 0, "delta": delta}]})
        handler.event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish, **last}]})

    return behave


@pytest.mark.parametrize(
    "behaviour",
    [
        plain(TEXT, reasoning_content=DRAFT),
        plain(TEXT, reasoning=DRAFT),
        plain(None, reasoning_content=f"{DRAFT}\n</think>\n{TEXT}"),
        plain([{"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]}, {"type": "text", "text": TEXT}]),
        plain([{"type": "reasoning", "text": DRAFT}, {"type": "text", "text": TEXT}]),
        plain(SCRIPT, thought=DRAFT),
        plain(None, tool_calls=[{"function": {"name": "write", "arguments": JSON}}]),
        plain("I will.", function_call={"name": "write", "arguments": SCRIPT}),
        whole({"content": [{"type": "thinking", "thinking": DRAFT}, {"type": "text", "text": TEXT}]}),
        whole({"message": {"role": "assistant", "thinking": DRAFT, "content": TEXT}, "done": True}),
        whole({"output": [{"type": "reasoning", "summary": [{"text": DRAFT}]}, {"content": [{"text": TEXT}]}]}),
        in_deltas(*({"tool_calls": [{"function": {"arguments": JSON[at : at + 9]}}]} for at in range(0, len(JSON), 9))),
        in_deltas({"content": TEXT[:20]}, {"content": TEXT[20:]}, message={"content": TEXT}),
        in_deltas({"reasoning_content": DRAFT, "content": None}, {"content": TEXT}),
        in_deltas({"reasoning": DRAFT}, {"content": TEXT}),
        in_deltas({"reasoning_details": [{"type": "reasoning.text", "text": DRAFT}]}, {"content": TEXT}),
        in_deltas(
            {"content": [{"type": "thinking", "thinking": DRAFT}]}, {"content": [{"type": "text", "text": TEXT}]}
        ),
    ],
)
def test_thoughts_that_the_server_tells_apart(write, server, behaviour):
    server.behaviours = [behaviour]
    ran = write()
    assert ran.code == 0, ran.err
    assert [(line.speaker, line.text) for line in write.script.lines] == SAID and len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        streamed(f"<think>{DRAFT}", finish="length"),
        plain(f"<think>{DRAFT}", finish="length"),
        plain(None, reasoning_content=DRAFT),
        in_deltas({"reasoning": DRAFT}, finish="length"),
    ],
)
def test_an_answer_spent_on_thinking_says_so_and_what_to_do(write, server, behaviour):
    server.behaviours = [behaviour]
    ran = write()
    assert ran.code == 1 and "spent its answer on thinking" in ran.err and "limit of tokens" in ran.err
    assert "script.txt" not in write.files


def parameter_refused(name: str, message: str, code: int = 400, **error):
    """An endpoint that refuses one part of a request, and says so."""

    def behave(handler):
        asked = handler.asked
        roles = [each["role"] for each in asked["messages"]]
        sent = name in asked or (name == "system" and "system" in roles) or (name == "stream on" and asked["stream"])
        if sent:
            return handler.answer(code, {"error": {"message": message, **error}} if error or code else message)
        return (streamed(JSON) if asked["stream"] else plain(JSON))(handler)

    return behave


@pytest.mark.parametrize(
    ("name", "message", "code"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0.5 with this model.", 400),
        ("seed", "seed: Extra inputs are not permitted", 422),
        ("stream_options", "Validation error at #/stream_options: Extra inputs are not permitted", 422),
        ("system", "System role not supported", 500),
        ("system", "Conversation roles must alternate user/assistant/user/assistant/...", 400),
        ("stream on", "Streaming is not supported by this model", 400),
        ("stream on", "stream=true is not implemented", 501),
        ("response_format", "This response_format type is unavailable now", 400),
    ],
)
def test_only_what_is_refused_is_left_out(write, server, name, message, code):
    server.behaviours = [parameter_refused(name, message, code)]
    ran = write("--temperature", 0.5, "--seed", 3)
    assert ran.code == 0, ran.err
    assert [line.text for line in write.script.lines] == [text for _, text in SAID]
    first, last = server.requests[0], server.requests[-1]
    kept = {"temperature", "seed", "stream_options", "response_format"} - {name}
    kept -= {"stream_options"} if name == "stream on" else set()
    assert kept <= set(last) and len(server.requests) <= 3
    if name == "system":
        told = first["messages"][0]["content"]
        assert [each["role"] for each in last["messages"]] == ["user"] and told in last["messages"][0]["content"]


def test_every_refusal_is_met_by_itself_and_remembered(write, server):
    """The endpoint refuses six things, one at a time; the second request for an answer knows all of them."""
    answers = ["Nothing of use.", JSON]

    def behave(handler):
        asked = handler.asked
        roles = [each["role"] for each in asked["messages"]]
        for refused in ("response_format", "stream_options", "temperature", "seed"):
            if refused in asked:
                return handler.answer(422, {"detail": [{"loc": ["body", refused], "msg": "Extra inputs"}]})
        if "system" in roles:
            return handler.answer(400, {"object": "error", "message": "System role not supported", "code": 400})
        if asked["stream"]:
            return handler.answer(400, {"message": "streaming is not supported"})
        if "max_completion_tokens" not in asked:
            wrong = "Use 'max_completion_tokens' instead of 'max_tokens'." if "max_tokens" in asked else ""
            return handler.answer(400, {"error": wrong or "max_tokens: field required"})
        return plain(answers.pop(0))(handler)

    server.behaviours = [behave]
    ran = write("--temperature", 0.5, "--seed", 3)
    assert ran.code == 0, ran.err
    assert [line.text for line in write.script.lines] == [text for _, text in SAID]
    last = set(server.requests[-1])
    assert last == {"model", "messages", "stream", "max_completion_tokens"} and not answers
    assert len(server.requests) <= 11


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (whole({"object": "error", "message": "CUDA out of memory", "code": 500}), "CUDA out of memory"),
        (whole({"detail": "model is loading"}), "model is loading"),
        (whole({"choices": [{"error": {"message": "upstream failed"}}]}), "upstream failed"),
        (lambda handler: (handler.begin_stream(), handler.write(b"Please wait for the model.")), "Please wait"),
        (lambda handler: (handler.begin_stream(), handler.write(b"<html>Welcome</html>")), "/v1"),
    ],
)
def test_something_else_than_an_answer(write, server, behaviour, says):
    server.behaviours = [behaviour]
    ran = write()
    assert ran.code == 1 and says in ran.err and len(server.requests) <= 4


@pytest.mark.parametrize(
    ("refused", "answer", "requests"),
    [
        ("response_format", streamed(""), 3),
        ("response_format", plain("{}"), 3),
        ("response_format", whole({"choices": []}), 3),
        ("response_format", plain("I cannot do that."), 3),
        ("stream_options", lambda handler: (handler.begin_stream(), handler.write(b"data: [DONE]\n\n")), 4),
    ],
)
def test_an_endpoint_that_answers_nothing_is_asked_for_less(write, server, refused, answer, requests):
    def behave(handler):
        asked = handler.asked
        (answer if refused in asked else streamed(TEXT) if asked["stream"] else plain(TEXT))(handler)

    server.behaviours = [behave]
    ran = write()
    assert ran.code == 0, ran.err
    assert [line.text for line in write.script.lines] == [text for _, text in SAID]
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("possible", "message", "sent"),
    [
        (4096, "max_tokens is too large: {}. This model supports at most 4096 tokens.", 4096),
        (8000, "max_tokens={} is too large for the context of 8192 tokens, of which the input takes 1200", 4096),
        (0, "max_tokens: {} is too large", None),
    ],
)
def test_a_limit_of_tokens_that_is_too_large(write, server, monkeypatch, possible, message, sent):
    """The key is part of the message's words, as with servers that take any key."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")

    def behave(handler):
        limit = handler.asked.get("max_tokens")
        if limit is None or limit > possible:
            said = "max_tokens: field required" if limit is None else message.format(limit)
            return handler.answer(400, {"error": {"message": said}})
        return streamed(TEXT)(handler)

    server.behaviours = [behave]
    ran = write()
    assert (ran.code == 0) == (sent is not None) and len(server.requests) < 15
    assert sent is None or server.requests[-1]["max_tokens"] == sent
    assert sent or "max_tokens" in ran.err


def test_lines_of_json_without_the_framing_of_events(write, server):
    def behave(handler):
        handler.begin_stream()
        for at in range(0, len(TEXT), 30):
            handler.write(json.dumps({"message": {"content": TEXT[at : at + 30]}, "done": False}).encode() + b"\n")

    server.behaviours = [behave]
    ran = write()
    assert ran.code == 0 and [line.text for line in write.script.lines] == [text for _, text in SAID], ran.err
