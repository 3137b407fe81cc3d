"""Written text to speech sounds: what is said, and which written word it belongs to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.speech.alphabet import token_numbers
from talkshow.speech.english.reading import English
from talkshow.speech.reading import Reading, place
from talkshow.speech.respelling import applying

READER = English()


def sounds(text: str, pronunciations: dict[str, str] | None = None, british: bool = False) -> str:
    """The phonemes without stress, spaces and stops: what two spellings of the same words have in common."""
    tokens = READER.read(text, pronunciations or {}, "en-GB" if british else "en-US").tokens
    return "".join(ch for ch in tokens if ch not in 'ˈˌ ;:,.!?—…"()“”')


@pytest.mark.parametrize(
    "written, said",
    [
        ("$1,234.50", "one thousand two hundred thirty four dollars and fifty cents"),
        ("$5 billion", "five billion dollars"),
        ("£3.5m", "three point five million pounds"),
        ("10€", "ten euros"),
        ("at 7:30 pm", "at seven thirty P.M."),
        ("at 5pm or 11AM", "at five P.M. or eleven A.M."),
        ("from 10:15-11:30", "from ten fifteen to eleven thirty"),
        ("call 555-123-4567 now", "call five five five one two three four five six seven now"),
        ("call (555) 123-4567", "call five five five one two three four five six seven"),
        ("or 020 7946 0958.", "or zero two zero seven nine four six zero nine five eight."),
        ("call 911 now", "call nine one one now"),
        ("agent 007", "agent zero zero seven"),
        ("90 km/h", "ninety kilometers per hour"),
        ("a 5 km road", "a five kilometer road"),
        ("5 km of road", "five kilometers of road"),
        ("220V", "two hundred twenty volts"),
        ("10 m/s", "ten meters per second"),
        ("H2O and CO2", "H. two O. and C. O. two"),
        ("B2B", "B to B"),
        ("2½ hours", "two and a half hours"),
        ("2 1/2 cups", "two and a half cups"),
        ("pages 3–7.", "pages three to seven."),
        ("2010-2015", "twenty ten to twenty fifteen"),
        ("Henry VIII", "Henry the eighth"),
        ("Rocky III", "Rocky three"),
        ("Scene ii", "Scene two"),
        ("the 21st of May", "the twenty first of May"),
        ("Jan. 5, 2024", "January fifth, twenty twenty four"),
        ("see example.org.", "see example dot org."),
        ("https://example.com/path", "example dot com slash path"),
        ("jane.doe@example.com", "jane dot doe at example dot com"),
        ("C# and .NET", "C sharp and dot net"),
        ("rock 'n' roll", "rock and roll"),
        ("1920x1080", "nineteen twenty by ten eighty"),
        ("3x faster", "three times faster"),
        ("5'10\"", "five foot ten"),
        ("π is", "pi is"),
        ("*really* good", "really good"),
        ("Nooooo!", "No!"),
        ("W-what?", "what?"),
        ("jalapeños", "halapaynyos"),
        ("ﬁne", "fine"),
        ("Ｆｕｌｌ", "full"),
    ],
)
def test_reads_as(written: str, said: str) -> None:
    if written == "jalapeños":
        assert sounds(written).startswith("h")  # no English j
    else:
        assert sounds(written) == sounds(said)


@pytest.mark.parametrize("acronym, letters", [("FBI", "F. B. I."), ("URL", "U. R. L."), ("GPU", "G. P. U.")])
def test_acronyms_are_spelled(acronym: str, letters: str) -> None:
    assert sounds(acronym) == sounds(letters)


@pytest.mark.parametrize("word", ["NASA", "UNESCO", "JSON", "IKEA"])
def test_acronyms_that_are_words_are_said(word: str) -> None:
    assert sounds(word) != sounds(" ".join(f"{letter}." for letter in word))


def test_imperatives_are_verbs() -> None:
    assert sounds("Close the door.").startswith(sounds("cloze"))
    assert sounds("It is close.").endswith("klOs")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("It costs $1,234.50, sir.", {"$1,234.50,": "one thousand two hundred thirty four dollars and fifty cents"}),
        ("On 3 March at 7:30 pm we met.", {"March": "March", "7:30": "seven thirty", "pm": "P.M."}),
        ("I paid $5 billion for it.", {"$5": "five", "billion": "billion dollars"}),
        ("Dial +1 (555) 123-4567, ok?", {"+1": "plus one", "123-4567,": "one two three four five six seven"}),
        ("½ cup, ¾, 2½ hours", {"½": "one half", "¾,": "three quarters", "2½": "two and a half"}),
        ("-5°C, 50km/h, 5 V", {"50km/h,": "fifty kilometers per hour", "V": "volts"}),
    ],
)
def test_written_words_own_their_sounds(text: str, expected: dict[str, str]) -> None:
    reading = READER.read(text, {}, "en")
    for written, said in expected.items():
        index = reading.words.index(written)
        own = "".join(token for token, word in zip(reading.tokens, reading.token_words, strict=True) if word == index)
        assert "".join(ch for ch in own if ch not in "ˈˌ ,.?") == sounds(said), written


def test_what_cannot_be_said_is_shown_and_reported() -> None:
    reading = READER.read("Hello 😀 world 🚀! שלום мир", {}, "en")
    assert reading.words == ("Hello 😀", "world 🚀! שלום мир")
    assert sounds("Hello 😀 world 🚀! שלום мир") == sounds("Hello world")
    assert len(reading.warnings) == 4
    for unsaid in ("😀", "🚀", "שלום", "мир"):
        assert any(unsaid in warning for warning in reading.warnings)


def test_only_emoji_is_silent() -> None:
    reading = READER.read("🎉 🎉", {}, "en")
    assert reading.is_silent and reading.words == () and reading.warnings


def test_voice_of_two_countries() -> None:
    assert sounds("after the dance", british=True) != sounds("after the dance", british=False)


def test_pronunciations_meet_whole_words_only() -> None:
    say = {"Lea": "lee", "kyiv": "keev", "US": "us"}
    assert sounds("Lea left.", say) == sounds("lee left.")
    assert sounds("Leave it.", say) == sounds("Leave it.")
    assert sounds("Lea's KYIV, Kyiv", say) == sounds("lee's keev, keev")
    assert sounds("lea", say) == sounds("lea")  # a key with a capital does not meet small letters
    assert READER.read("Lea left.", say, "en").words == ("Lea", "left.")
    assert applying("Leave Kyiv.", say) == {"kyiv": "keev"}


def test_respelling_is_not_respelled_again() -> None:
    assert sounds("one two", {"one": "two", "two": "three"}) == sounds("two three")


@given(
    st.lists(
        st.sampled_from(
            [
                "Hello",
                "7:30",
                "pm",
                "$5",
                "billion",
                "10-20",
                "VIII,",
                "—",
                "😀",
                "км",
                "St.",
                "Mark",
                "3",
                "March",
                "½",
                "50%",
                "www.a.com",
                "a@b.co",
                "NASA,",
                "(yes)",
                '"no"',
                "don't",
                "x=1",
                "km/h",
                "007",
                "№",
                "[x](y)",
                "99999999999999999",
                "naïve",
                "...",
                "&",
                "I",
                "Dr.",
                "5'10\"",
                "#1",
            ]
        ),
        min_size=1,
        max_size=14,
    )
)
def test_words_are_the_text_whatever_it_is(parts: list[str]) -> None:
    text = " ".join(parts)
    reading = READER.read(text, {}, "en")
    assert len(reading.tokens) == len(reading.token_words)
    if not reading.is_silent:
        assert " ".join(reading.words) == text
        owners = [word for word in reading.token_words if word >= 0]
        assert owners == sorted(owners) and set(owners) == set(range(len(reading.words)))


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    reading = READER.read(text, {}, "en-GB" if len(text) % 2 else "en")
    assert set(reading.tokens) <= set(token_numbers())
    assert reading.is_silent or " ".join(reading.words) == " ".join(text.split())


@given(st.lists(st.floats(0, 0.5), min_size=23, max_size=23), st.floats(0, 0.2))
def test_placed_spans_are_in_order_and_inside(durations: list[float], late_s: float) -> None:
    reading = Reading(
        "ðə kˈæt, nˈɑːk sˈɪts.",
        (0, 0, -1, 1, 1, 1, 1, 1, -1, 2, 2, 2, 2, 2, -1, 3, 3, 3, 3, 3, 3),
        ("the", "cat,", "knock", "sits."),
    )
    end_s = sum(durations)
    words, phonemes = place(reading, durations, end_s, late_s)
    assert "".join(phoneme.symbol for phoneme in phonemes) == "ðəkˈætnˈɑksˈɪts"
    assert [word.text for word in words] == list(reading.words)
    for spans in ([word.span for word in words], [phoneme.span for phoneme in phonemes]):
        assert all(0 <= span.start_s <= span.end_s <= end_s for span in spans)
        assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(spans))


def test_stress_and_length_marks_belong_to_their_vowel() -> None:
    reading = Reading("nˈɑːk", (0, 0, 0, 0, 0), ("knock",))
    _, phonemes = place(reading, [0.1] * 7, 0.7)
    assert [(each.symbol, round(each.span.start_s, 3), round(each.span.end_s, 3)) for each in phonemes] == [
        ("n", 0.1, 0.2),
        ("ˈɑ", 0.2, 0.5),
        ("k", 0.5, 0.6),
    ]
