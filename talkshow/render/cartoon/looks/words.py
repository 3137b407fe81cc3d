"""The words of a look: what a description may say about each part of a character.

`reader.py` reads them, and docs/look.md lists them. A word belongs to one part only, unless it is a kind ("round",
"long") whose part depends on the noun next to it: round glasses, a round face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as having

from talkshow.render.cartoon.palette import CLOTH, EYES, HAIR, SKIN, Color


def _of(words: Mapping[object, str]) -> dict[str, object]:
    """Each word with its value, from values with all their words."""
    return {word: value for value, listed in words.items() for word in listed.split()}


@dataclass(frozen=True)
class Part:
    """One field of a look and the words that decide it.

    alone: words for the part and its kind together ("bun", "cardigan"). names: words that name the part, and what is
    drawn if no kind is next to them; None: they have no effect by themselves ("hair"). kinds: words that count only
    next to one of those ("round" glasses). loose: kinds that also count without a noun ("curly").
    color: the field that a colour next to it sets, from `palette`.
    """

    field: str
    alone: Mapping[str, object] = having(default_factory=dict)
    names: Mapping[str, object] = having(default_factory=dict)
    kinds: Mapping[str, object] = having(default_factory=dict)
    loose: Mapping[str, object] = having(default_factory=dict)
    color: str = ""
    palette: Mapping[str, Color] = having(default_factory=dict)


PARTS: tuple[Part, ...] = (
    Part(
        "feminine",
        alone=_of(
            {
                True: "woman lady female girl grandmother grandma granny mother mum mom aunt queen witch",
                False: "man gentleman guy male boy grandfather grandpa father dad uncle chap bloke king wizard",
            }
        ),
    ),
    Part(
        "age",
        alone=_of(
            {
                "child": "child kid toddler",
                "young": "young teenage teenager teen youthful",
                "adult": "adult",
                "middle-aged": "middle-aged forties fifties",
                "old": "old elderly older aged wrinkled wrinkles sixties seventies",
            }
        ),
    ),
    Part(
        "build",
        alone=_of(
            {
                "slim": "slim skinny slender lean",
                "broad": "broad muscular strong burly athletic",
                "heavy": "heavy plump chubby stout fat",
            }
        ),
        names=_of({None: "build body shoulders belly"}),
        kinds=_of({"slim": "narrow", "heavy": "big round", "broad": "wide", "average": "average"}),
        loose=_of({"slim": "thin wiry"}),
    ),
    Part("skin", names=_of({None: "skin skinned complexion"}), color="skin", palette=SKIN),
    Part(
        "face",
        names=_of({None: "face faced head chin jaw"}),
        kinds=_of(
            {
                "oval": "oval",
                "round": "round chubby",
                "square": "square angular strong rectangular",
                "long": "long oblong narrow",
                "heart": "heart heart-shaped pointed",
                "diamond": "diamond",
                "pear": "pear wide pear-shaped",
            }
        ),
    ),
    Part(
        "eye_shape",
        names=_of({None: "eyes eye eyed"}),
        kinds=_of(
            {
                "round": "round big large wide",
                "almond": "almond almond-shaped",
                "narrow": "narrow small",
                "sleepy": "sleepy hooded tired",
            }
        ),
        color="eyes",
        palette=EYES,
    ),
    Part(
        "nose",
        names=_of({None: "nose"}),
        kinds=_of(
            {
                "straight": "straight",
                "button": "button small snub",
                "wide": "wide big broad large",
                "long": "long",
                "hooked": "hooked aquiline roman",
                "pointed": "pointed upturned sharp",
            }
        ),
    ),
    Part(
        "brows",
        alone=_of({"unibrow": "unibrow monobrow"}),
        names=_of({None: "brows eyebrows"}),
        kinds=_of(
            {
                "thick": "thick heavy",
                "thin": "thin fine",
                "arched": "arched high",
                "bushy": "bushy",
                "straight": "straight flat",
            }
        ),
    ),
    Part(
        "ears",
        names=_of({None: "ears"}),
        kinds=_of({"big": "big large", "small": "small", "pointed": "pointed elf elfin"}),
    ),
    Part(
        "hair",
        alone=_of(
            {
                "bald": "bald",
                "receding": "receding balding",
                "quiff": "quiff pompadour",
                "afro": "afro",
                "mohawk": "mohawk",
                "bob": "bob",
                "ponytail": "ponytail",
                "pigtails": "pigtails bunches",
                "braids": "braids plaits",
                "plait": "plait braid",
                "bun": "bun",
                "fringe": "fringe bangs",
                "pixie": "pixie",
                "cornrows": "cornrows",
                "locs": "locs dreadlocks dreads",
                "topknot": "topknot man-bun",
                "mullet": "mullet",
                "buzz": "buzz shaved cropped crewcut",
                "undercut": "undercut",
                "curls": "curls",
                "space buns": "space-buns double-buns",
                "flat top": "flat-top",
                "bowl cut": "bowl-cut",
                "parted": "side-parting",
                "low bun": "chignon low-bun",
            }
        ),
        names=_of({None: "hair haired hairstyle hairline"}),
        kinds=_of({"afro": "big natural", "parted": "side-parted combed", "full": "full thick", "long": "flowing"}),
        loose=_of(
            {
                "short": "short",
                "long": "long",
                "curly": "curly frizzy",
                "wavy": "wavy",
                "straight": "straight",
                "spiky": "spiky spiked",
                "messy": "messy tousled scruffy",
                "parted": "parted parting",
                "slick": "slick slicked",
                "shoulder": "shoulder-length",
                "waves": "waves",
                "braids": "braided",
            }
        ),
        color="hair_color",
        palette=HAIR,
    ),
    Part(
        "hair_color",
        alone=_of(
            {
                "blonde": "blonde blond",
                "ginger": "ginger redhead",
                "brown": "brunette",
                "grey": "grey-haired",
                "white": "white-haired",
                "salt-and-pepper": "salt-and-pepper",
                "auburn": "auburn",
                "chestnut": "chestnut",
                "platinum": "platinum",
            }
        ),
    ),
    Part(
        "glasses",
        alone=_of(
            {
                "eye patch": "eye-patch eyepatch",
                "sunglasses": "sunglasses shades",
                "monocle": "monocle",
                "aviator": "aviators",
            }
        ),
        names=_of({"round": "glasses spectacles specs frames"}),
        kinds=_of(
            {
                "round": "round",
                "square": "square rectangular thick horn",
                "rimless": "rimless thin wire",
                "oversized": "oversized big large",
                "half-moon": "half-moon reading",
                "cat-eye": "cat-eye",
                "aviator": "aviator",
            }
        ),
        color="glasses_color",
        palette=CLOTH,
    ),
    Part(
        "beard",
        alone=_of(
            {
                "goatee": "goatee",
                "stubble": "stubble unshaven stubbly",
                "sideburns": "sideburns muttonchops",
                "chinstrap": "chinstrap",
                "van dyke": "van-dyke",
                "": "clean-shaven",
            }
        ),
        names=_of({"beard": "beard bearded"}),
        kinds=_of({"beard": "full thick", "long beard": "bushy long big", "short beard": "short trimmed neat"}),
        color="beard_color",
        palette=HAIR,
    ),
    Part(
        "beard",
        names=_of({"moustache": "moustache mustache"}),
        kinds=_of({"handlebar": "handlebar curled", "walrus": "walrus thick big bushy", "moustache": "thin"}),
        color="beard_color",
        palette=HAIR,
    ),
    Part(
        "headwear",
        alone=_of(
            {
                "bandana": "bandana pirate",
                "hat": "hat fedora trilby",
                "cap": "cap baseball-cap",
                "beanie": "beanie woolly-hat",
                "beret": "beret",
                "turban": "turban headwrap",
                "headscarf": "headscarf hijab",
                "headphones": "headphones headset",
                "headband": "headband",
                "crown": "crown tiara",
                "flower": "flower",
                "helmet": "helmet hard-hat",
                "bowler": "bowler bowler-hat",
                "wizard hat": "wizard-hat witch-hat pointed-hat",
                "flat cap": "flat-cap newsboy",
                "top hat": "top-hat",
                "sun hat": "straw-hat sun-hat",
                "cowboy hat": "cowboy-hat stetson",
                "chef hat": "chef-hat toque",
                "party hat": "party-hat",
                "bow": "bow ribbon",
                "peaked cap": "peaked-cap",
            }
        ),
        color="headwear_color",
        palette=CLOTH,
    ),
    Part(
        "clothes",
        alone=_of(
            {
                "cardigan": "cardigan",
                "jumper": "jumper sweater pullover sweatshirt",
                "shirt": "shirt kurta tunic",
                "blouse": "blouse",
                "jacket": "jacket blazer",
                "suit": "suit tuxedo pantsuit",
                "dress": "dress gown sari",
                "hoodie": "hoodie hooded",
                "turtleneck": "turtleneck roll-neck polo-neck",
                "polo": "polo polo-shirt",
                "waistcoat": "waistcoat vest",
                "coat": "coat trench raincoat robe",
                "apron": "apron chef",
                "dungarees": "dungarees overalls",
                "uniform": "uniform police pilot",
                "t-shirt": "t-shirt tee top",
                "tank top": "tank-top",
                "lab coat": "lab-coat doctor scientist",
                "denim jacket": "denim-jacket",
                "leather jacket": "leather-jacket biker",
                "scrubs": "scrubs nurse",
            }
        ),
        color="clothes_color",
        palette=CLOTH,
    ),
    Part(
        "pattern",
        alone=_of(
            {
                "pinstriped": "pinstriped pinstripe",
                "striped": "striped stripes stripy",
                "checked": "checked plaid tartan",
                "dotted": "dotted spotted polka-dot dots",
                "star": "star",
                "heart": "heart-print",
                "bolt": "bolt lightning",
                "argyle": "argyle patterned",
                "floral": "floral flowery flowered hawaiian",
                "smiley": "smiley",
            }
        ),
    ),
    Part(
        "neckwear",
        alone=_of(
            {
                "scarf": "scarf shawl",
                "tie": "tie necktie",
                "bow tie": "bow-tie",
                "pearls": "pearls pearl-necklace",
                "necklace": "necklace pendant chain",
                "lanyard": "lanyard",
                "braces": "braces suspenders",
            }
        ),
        color="neckwear_color",
        palette=CLOTH,
    ),
    Part(
        "earrings",
        alone=_of({"hoops": "hoops", "studs": "studs"}),
        names=_of({"studs": "earrings earring"}),
        kinds=_of({"hoops": "hoop big", None: "gold", "pearls": "pearl", "drops": "dangling long"}),
    ),
    Part("freckles", alone=_of({True: "freckles freckled freckly"})),
    Part("mole", alone=_of({True: "mole beauty-spot"})),
    Part("lips", names=_of({None: "lips"}), kinds=_of({"full": "full", "thin": "thin"})),
    Part("lipstick", alone=_of({True: "lipstick"}), names=_of({None: "lips"}), kinds=_of({True: "red painted"})),
    Part("rosy", alone=_of({True: "blush"}), names=_of({True: "cheeks cheeked"}), kinds=_of({True: "rosy red chubby"})),
    Part("scar", alone=_of({True: "scar scarred"})),
)

# words with several effects
ALSO: Mapping[str, Mapping[str, object]] = {
    word: fields
    for words, fields in (
        ("girl boy", {"age": "child"}),
        ("grandmother grandfather grandma granny grandpa", {"age": "old"}),
        ("wizard", {"headwear": "wizard hat", "clothes": "coat"}),
        ("witch", {"headwear": "wizard hat"}),
        ("chef", {"headwear": "chef hat", "headwear_color": "white"}),
        ("nurse", {"clothes_color": "teal"}),
        ("pirate", {"glasses": "eye patch", "glasses_color": "black"}),
        ("eye-patch eyepatch sunglasses shades", {"glasses_color": "black"}),
        ("queen king", {"headwear": "crown"}),
        ("tuxedo", {"neckwear": "bow tie", "clothes_color": "black"}),
        ("biker", {"clothes_color": "black"}),
        ("lab-coat doctor scientist", {"clothes_color": "white"}),
        ("raincoat", {"clothes_color": "yellow"}),
    )
    for word in words.split()
}

# compounds: written as separate words, they are read as the joined form
_WRITTEN_APART = """
    salt and pepper, middle aged, clean shaven, bow tie, t shirt, tee shirt, polo shirt, polo neck, roll neck,
    tank top, lab coat, denim jacket, leather jacket, flat cap, top hat, straw hat, sun hat, cowboy hat, hard
    hat, chef hat, party hat, woolly hat, bowler hat, baseball cap, peaked cap, head scarf, head band, bowl cut,
    crew cut, buzz cut, flat top, side parting, side parted, man bun, top knot, low bun, space buns, double
    buns, pig tails, pony tail, cat eye, half moon, van dyke, beauty spot, shoulder length, heart shaped, almond
    shaped, pear shaped, polka dot, heart print, grey haired, white haired, pearl necklace, strawberry blonde,
    strawberry blond, dirty blonde, dirty blond, sandy blonde, sandy blond, dark blonde, dark blond, platinum
    blonde, platinum blond, sky blue, navy blue, baby blue, royal blue, forest green, olive green, jet black,
    mustard yellow, eye patch, wizard hat, witch hat, pointed hat, head wrap, off white
"""
JOINED = tuple(" ".join(words.split()) for words in _WRITTEN_APART.split(","))
SPELLINGS: Mapping[str, str] = {
    word: spelled
    for spelled, words in {
        "t-shirt": "tee-shirt tshirt",
        "headscarf": "head-scarf",
        "headband": "head-band",
        "crewcut": "crew-cut",
        "buzz": "buzz-cut",
        "topknot": "top-knot",
        "pigtails": "pig-tails",
        "ponytail": "pony-tail",
        "grey": "gray",
        "headwrap": "head-wrap",
        "color": "colour",
        "colored": "coloured",
        "bow-tie": "bowtie",
        "lab-coat": "labcoat",
        "moustache": "mustached moustached",
        "grey-haired": "gray-haired",
        "spectacles": "spectacled",
        "brows": "eyebrow brow",
        "glasses": "eyeglasses",
        "polka-dot": "polka-dots",
        "chef-hat": "chefs-hat",
        "cat-eye": "cateye",
        "half-moon": "halfmoon",
        "handlebar": "handlebars",
        "dungarees": "jumpsuit",
        "heart-print": "hearts",
        "star": "stars",
        "waistcoat": "waistcoated",
        "suit": "suited",
    }.items()
    for word in words.split()
}

# other names of colours; the palette for the lookup depends on the part
SHADES: Mapping[str, tuple[str, ...]] = {
    word: tuple(names.split(", "))
    for names, words in {
        "silver, grey": "silver",
        "gold, blonde, tan": "golden",
        "gold, blonde": "gold",
        "violet, purple": "violet",
        "purple, violet": "purple",
        "fair, blonde": "fair",
        "fair, blonde, light blue": "light",
        "porcelain, platinum": "pale",
        "white, fair": "white",
        "black, deep": "black",
        "dark, dark brown, charcoal": "dark",
        "tan": "tanned, medium, light brown",
        "red, ginger": "red",
        "orange, ginger": "orange",
        "red": "crimson, scarlet, ruby",
        "burgundy": "maroon, wine",
        "pink": "rose",
        "beige": "sand, camel",
        "cream": "ivory, off-white",
        "lavender": "lilac",
        "turquoise": "aqua, cyan",
        "green": "emerald",
        "mustard": "ochre, mustard-yellow",
        "dark brown, dark": "chocolate",
        "light brown, tan": "caramel",
        "ginger, rust": "copper",
        "dark blonde": "sandy, dirty-blonde, dirty-blond, sandy-blonde, sandy-blond, dark-blonde, dark-blond",
        "deep, black": "ebony",
        "blonde": "blond",
        "strawberry blonde": "strawberry-blonde, strawberry-blond",
        "platinum": "platinum-blonde, platinum-blond",
        "dark": "dark brown",
        "olive": "sage, olive-green",
        "yellow": "lemon",
        "rust": "brick",
        "sky blue": "sky-blue, baby-blue",
        "navy": "navy-blue",
        "blue": "royal-blue",
        "dark green": "forest-green",
        "black": "jet-black",
    }.items()
    for word in words.split(", ")
}
DEPTHS: Mapping[str, str] = {"light": "light", "pale": "light", "pastel": "light", "dark": "dark", "deep": "dark"}
COLORS = frozenset({*SKIN, *HAIR, *CLOTH, *EYES, *SHADES})

# kinds of one part that combine to a third
TOGETHER: Mapping[frozenset[str], str] = {
    frozenset(pair.split(" + ")): kind
    for kind, pairs in {
        "curls": "curly + long, curls + curly",
        "waves": "long + wavy, shoulder + wavy, full + long",
        "messy": "short + wavy",
        "long fringe": "fringe + long, fringe + straight",
        "curly bob": "bob + curly, bob + wavy, curly + shoulder",
        "puff": "curly + ponytail, bun + curly",
        "afro": "curly + full",
        "beard": "beard + moustache",
        "van dyke": "goatee + moustache",
        "long beard": "long beard + moustache",
        "short beard": "moustache + short beard",
        "oversized": "oversized + round",
        "large square": "oversized + square",
        "rimless": "rimless + round",
        "topknot": "bun + messy",
        "bun": "bun + slick, braids + bun",
    }.items()
    for pair in pairs.split(", ")
}
# a length beside a style that has it adds nothing
SHORT_STYLES = frozenset(
    (
        "curly",
        "parted",
        "spiky",
        "messy",
        "slick",
        "quiff",
        "afro",
        "bob",
        "curly bob",
        "fringe",
        "pixie",
        "buzz",
        "flat top",
        "bowl cut",
        "undercut",
        "receding",
        "mohawk",
        "cornrows",
        "locs",
        "full",
    )
)
LONG_STYLES = frozenset(
    ("curls", "waves", "ponytail", "pigtails", "braids", "plait", "long fringe", "locs", "mullet", "shoulder")
)
STRAIGHT_STYLES = frozenset(
    (
        "short",
        "long",
        "bob",
        "shoulder",
        "fringe",
        "long fringe",
        "ponytail",
        "parted",
        "bowl cut",
        "pigtails",
        "slick",
        "bun",
    )
)

FILLERS = frozenset(
    (
        "a",
        "an",
        "the",
        "and",
        "with",
        "in",
        "of",
        "on",
        "her",
        "his",
        "their",
        "my",
        "wearing",
        "wears",
        "has",
        "who",
        "is",
        "are",
        "person",
        "character",
        "human",
        "pair",
        "s",
        "very",
        "quite",
        "rather",
        "bit",
        "some",
        "color",
        "colored",
        "cut",
        "style",
        "bright",
        "vivid",
        "back",
        "shaped",
        "print",
        "printed",
        "dressed",
        "clothes",
        "clothing",
        "outfit",
        "rimmed",
        "officer",
        "two",
        "one",
        "mid",
        "early",
        "late",
    )
)
WITHOUT = ("no", "without")
# fields that "no" can remove, and their values then
LEFT_OUT: Mapping[str, object] = {
    **dict.fromkeys(("glasses", "beard", "headwear", "neckwear", "pattern", "earrings"), ""),
    "hair": "bald",
    **dict.fromkeys(("freckles", "mole", "lipstick", "rosy", "scar"), False),
}
