"""The words of a look: what a description may say about each part of a character.

`reader.py` reads them, docs/look.md lists them. A word stands in one part only, unless it is a kind
("round", "long") that the noun beside it decides: round glasses, a round face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as having

from talkshow.render.cartoon.palette import CLOTH, EYES, HAIR, SKIN, Color


def _same(*words: str) -> dict[str, object]:
    return {word: word for word in words}


@dataclass(frozen=True)
class Part:
    """One field of a look and the words that decide it.

    alone: words that say the part and its kind in one ("bun", "cardigan"). names: words that name the part, and what
    is drawn where no kind stands beside them; None: they say nothing by themselves ("hair"). kinds: words that
    count only beside one of those ("round" glasses). loose: kinds that also count where no noun is near ("curly").
    color: the field that a colour beside it sets, out of `palette`.
    """

    field: str
    alone: Mapping[str, object] = having(default_factory=dict)
    names: Mapping[str, object] = having(default_factory=dict)
    kinds: Mapping[str, object] = having(default_factory=dict)
    loose: Mapping[str, object] = having(default_factory=dict)
    color: str = ""
    palette: Mapping[str, Color] = having(default_factory=dict)


PARTS: tuple[Part, ...] = (
    Part("feminine", alone={
        **dict.fromkeys((
            "woman", "lady", "female", "girl", "grandmother", "grandma", "granny", "mother", "mum", "mom", "aunt",
            "queen",
            "witch"), True),
        **dict.fromkeys((
            "man", "gentleman", "guy", "male", "boy", "grandfather", "grandpa", "father", "dad", "uncle", "chap",
            "bloke",
            "king", "wizard"), False)}),
    Part("age", alone={
        **dict.fromkeys(("child", "kid", "toddler"), "child"),
        **dict.fromkeys(("young", "teenage", "teenager", "teen", "youthful"),
                        "young"), **dict.fromkeys(("adult",), "adult"),
        **dict.fromkeys(("middle-aged", "forties", "fifties"), "middle-aged"),
        **dict.fromkeys(("old", "elderly", "older", "aged", "wrinkled", "wrinkles", "sixties", "seventies"), "old")}),
    Part("build", alone={
        **dict.fromkeys(("slim", "skinny", "slender", "lean"), "slim"),
        **dict.fromkeys(("broad", "muscular", "strong", "burly", "athletic"), "broad"),
        **dict.fromkeys(("heavy", "plump", "chubby", "stout", "fat"), "heavy")},
        names={"build": None, "body": None, "shoulders": None, "belly": None},
        loose={"thin": "slim", "wiry": "slim"}, kinds={"narrow": "slim", "big": "heavy", "round": "heavy",
                                                       "wide": "broad",
               "average": "average"}),
    Part("skin", names={"skin": None, "skinned": None, "complexion": None}, color="skin", palette=SKIN),
    Part("face", names={"face": None, "faced": None, "head": None, "chin": None, "jaw": None}, kinds={
        **_same("oval", "round", "square", "long", "heart", "diamond", "pear"), "heart-shaped": "heart",
        "pointed": "heart", "angular": "square", "strong": "square", "rectangular": "square", "oblong": "long",
        "narrow": "long", "wide": "pear", "pear-shaped": "pear", "chubby": "round"}),
    Part("eye_shape", names={"eyes": None, "eye": None, "eyed": None}, kinds={
        **_same("round", "almond", "narrow", "sleepy"), "big": "round", "large": "round", "wide": "round",
        "almond-shaped": "almond", "small": "narrow", "hooded": "sleepy", "tired": "sleepy"},
        color="eyes", palette=EYES),
    Part("nose", names={"nose": None}, kinds={
        **_same("straight", "button", "wide", "long", "hooked", "pointed"), "small": "button", "snub": "button",
        "big": "wide", "broad": "wide", "large": "wide", "aquiline": "hooked", "roman": "hooked", "upturned":
        "pointed", "sharp": "pointed"}),
    Part("brows", names={"brows": None, "eyebrows": None}, kinds={
        **_same("thick", "thin", "arched", "bushy", "straight"), "heavy": "thick", "fine": "thin", "high": "arched",
        "flat": "straight"}, alone={"unibrow": "unibrow", "monobrow": "unibrow"}),
    Part("ears", names={"ears": None}, kinds={**_same("big", "small", "pointed"), "large": "big", "elf": "pointed",
                                              "elfin": "pointed"}),
    Part("hair", names={"hair": None, "haired": None, "hairstyle": None, "hairline": None}, alone={
        **_same("bald", "receding", "quiff", "afro", "mohawk", "bob", "ponytail", "pigtails", "braids", "plait", "bun",
                "fringe", "pixie", "cornrows", "locs", "topknot", "mullet", "buzz", "undercut", "curls"),
        "shaved": "buzz", "cropped": "buzz", "crewcut": "buzz", "balding": "receding", "bangs": "fringe",
        "plaits": "braids", "bunches": "pigtails", "braid": "plait", "dreadlocks": "locs", "dreads": "locs",
        "space-buns": "space buns", "double-buns": "space buns", "flat-top": "flat top", "bowl-cut": "bowl cut",
        "side-parting": "parted", "pompadour": "quiff", "man-bun": "topknot", "chignon": "low bun",
        "low-bun": "low bun"}, kinds={"big": "afro", "natural": "afro", "side-parted": "parted", "combed": "parted",
                                      "thick": "full", "full": "full", "flowing": "long"},
        loose={**_same("short", "long", "curly", "wavy", "straight", "spiky", "messy", "parted"), "spiked": "spiky",
               "tousled": "messy", "scruffy": "messy", "slick": "slick", "slicked": "slick", "shoulder-length":
               "shoulder", "frizzy": "curly", "parting": "parted", "waves": "waves", "braided": "braids"},
        color="hair_color", palette=HAIR),
    Part("hair_color", alone={"blond": "blonde", "blonde": "blonde", "redhead": "ginger", "ginger": "ginger",
                              "brunette": "brown", "grey-haired": "grey", "white-haired": "white", "salt-and-pepper":
                              "salt-and-pepper", "auburn": "auburn", "chestnut": "chestnut", "platinum": "platinum"}),
    Part("glasses", names={"glasses": "round", "spectacles": "round", "specs": "round", "frames": "round"}, kinds={
        **_same("round", "square", "rimless", "oversized", "half-moon", "cat-eye", "aviator"), "rectangular": "square",
        "big": "oversized", "large": "oversized", "thin": "rimless", "reading": "half-moon", "thick": "square",
        "horn": "square", "wire": "rimless"},
        alone={"eye-patch": "eye patch", "eyepatch": "eye patch", "sunglasses": "sunglasses", "shades": "sunglasses",
               "monocle": "monocle", "aviators": "aviator"},
        color="glasses_color", palette=CLOTH),
    Part("beard", names={"beard": "beard", "bearded": "beard"}, kinds={
        "full": "beard", "thick": "beard", "bushy": "long beard", "long": "long beard", "big": "long beard",
        "short": "short beard", "trimmed": "short beard", "neat": "short beard"},
        alone={**_same("goatee", "stubble", "sideburns", "chinstrap"), "unshaven": "stubble", "stubbly": "stubble",
               "muttonchops": "sideburns", "van-dyke": "van dyke", "clean-shaven": ""},
        color="beard_color", palette=HAIR),
    Part("beard", names={"moustache": "moustache", "mustache": "moustache"}, kinds={
        "handlebar": "handlebar", "curled": "handlebar", "thick": "walrus", "walrus": "walrus", "big": "walrus",
        "bushy": "walrus", "thin": "moustache"}, color="beard_color", palette=HAIR),
    Part("headwear", alone={
        "pirate": "bandana", **_same("hat", "cap", "beanie", "beret", "turban", "headscarf", "headphones", "headband",
                                     "bandana", "crown",
                "flower", "helmet", "bowler"),
        "hijab": "headscarf", "headwrap": "turban", "wizard-hat": "wizard hat", "witch-hat": "wizard hat",
        "pointed-hat": "wizard hat", "headset": "headphones", "fedora": "hat", "trilby": "hat", "flat-cap": "flat cap",
        "newsboy": "flat cap", "top-hat": "top hat", "straw-hat": "sun hat", "sun-hat": "sun hat",
        "cowboy-hat": "cowboy hat", "stetson": "cowboy hat", "hard-hat": "helmet", "chef-hat": "chef hat",
        "toque": "chef hat", "party-hat": "party hat", "bow": "bow", "ribbon": "bow", "tiara": "crown",
        "woolly-hat": "beanie", "peaked-cap": "peaked cap", "baseball-cap": "cap", "bowler-hat": "bowler"},
        color="headwear_color", palette=CLOTH),
    Part("clothes", alone={
        **_same("cardigan", "jumper", "shirt", "blouse", "jacket", "suit", "dress", "hoodie", "turtleneck", "polo",
                "waistcoat", "coat", "apron", "dungarees", "uniform"),
        "t-shirt": "t-shirt", "tee": "t-shirt", "tank-top": "tank top", "lab-coat": "lab coat",
        "denim-jacket": "denim jacket", "leather-jacket": "leather jacket",
        "sweater": "jumper", "pullover": "jumper", "sweatshirt": "jumper", "blazer": "jacket", "tuxedo": "suit",
        "gown": "dress", "polo-shirt": "polo", "roll-neck": "turtleneck", "polo-neck": "turtleneck", "vest":
        "waistcoat", "overalls": "dungarees", "trench": "coat", "raincoat": "coat", "robe": "coat", "pantsuit": "suit",
        "scrubs": "scrubs", "nurse": "scrubs", "chef": "apron", "hooded": "hoodie",
        "police": "uniform", "pilot": "uniform", "doctor": "lab coat", "scientist": "lab coat", "biker":
        "leather jacket", "top": "t-shirt"}, color="clothes_color", palette=CLOTH),
    Part("pattern", alone={
        "pinstriped": "pinstriped", "pinstripe": "pinstriped", "striped": "striped", "stripes": "striped",
        "stripy": "striped", "checked": "checked", "plaid": "checked",
        "tartan": "checked", "dotted": "dotted", "spotted": "dotted", "polka-dot": "dotted", "dots": "dotted",
        "star": "star", "heart-print": "heart", "lightning": "bolt", "bolt": "bolt", "argyle": "argyle",
        "patterned": "argyle", "floral": "floral", "flowery": "floral", "flowered": "floral",
        "hawaiian": "floral", "smiley": "smiley"}),
    Part("neckwear", alone={"scarf": "scarf", "shawl": "scarf", "tie": "tie", "necktie": "tie", "bow-tie": "bow tie",
                            "pearls": "pearls", "pearl-necklace": "pearls", "necklace": "necklace",
                            "pendant": "necklace", "chain": "necklace",
                            "lanyard": "lanyard", "braces": "braces", "suspenders": "braces"}, color="neckwear_color",
                            palette=CLOTH),
    Part("earrings", names={"earrings": "studs", "earring": "studs"}, kinds={
        "hoop": "hoops", "big": "hoops", "gold": None, "pearl": "pearls", "dangling": "drops", "long": "drops"},
        alone={"hoops": "hoops", "studs": "studs"}),
    Part("freckles", alone={"freckles": True, "freckled": True, "freckly": True}),
    Part("mole", alone={"mole": True, "beauty-spot": True}),
    Part("lips", names={"lips": None}, kinds=_same("full", "thin")),
    Part("lipstick", names={"lips": None}, kinds={"red": True, "painted": True}, alone={"lipstick": True}),
    Part("rosy", names={"cheeks": True, "cheeked": True}, kinds={"rosy": True, "red": True, "chubby": True},
         alone={"blush": True}),
    Part("scar", alone={"scar": True, "scarred": True}),
)

# words of which one says several things
ALSO: Mapping[str, Mapping[str, object]] = {
    "girl": {"age": "child"}, "boy": {"age": "child"}, "grandmother": {"age": "old"}, "grandfather": {"age": "old"},
    "grandma": {"age": "old"}, "granny": {"age": "old"}, "grandpa": {"age": "old"},
    "wizard": {"headwear": "wizard hat", "clothes": "coat"}, "witch": {"headwear": "wizard hat"},
    "chef": {"headwear": "chef hat", "headwear_color": "white"}, "nurse": {"clothes_color": "teal"},
    "pirate": {"glasses": "eye patch", "glasses_color": "black"},
    "eye-patch": {"glasses_color": "black"}, "eyepatch": {"glasses_color": "black"},
    "sunglasses": {"glasses_color": "black"}, "shades": {"glasses_color": "black"},
    "queen": {"headwear": "crown"}, "king": {"headwear": "crown"}, "tuxedo": {"neckwear": "bow tie",
                                                                              "clothes_color": "black"},
    "biker": {"clothes_color": "black"}, "lab-coat": {"clothes_color": "white"},
    "doctor": {"clothes_color": "white"}, "scientist": {"clothes_color": "white"},
    "raincoat": {"clothes_color": "yellow"},
}

# two or more words that are one: written apart, they are read as the joined form
JOINED = (
    "salt and pepper", "middle aged", "clean shaven", "bow tie", "t shirt", "tee shirt", "polo shirt", "polo neck",
    "roll neck", "tank top", "lab coat", "denim jacket", "leather jacket", "flat cap", "top hat", "straw hat",
    "sun hat", "cowboy hat", "hard hat", "chef hat", "party hat", "woolly hat", "bowler hat", "baseball cap",
    "peaked cap", "head scarf", "head band", "bowl cut", "crew cut", "buzz cut", "flat top", "side parting",
    "side parted", "man bun", "top knot", "low bun", "space buns", "double buns", "pig tails", "pony tail", "cat eye",
    "half moon", "van dyke", "beauty spot", "shoulder length", "heart shaped", "almond shaped", "pear shaped",
    "polka dot", "heart print", "grey haired", "white haired", "pearl necklace", "strawberry blonde",
    "strawberry blond",
    "dirty blonde", "dirty blond", "sandy blonde", "sandy blond", "dark blonde", "dark blond", "platinum blonde",
    "platinum blond", "sky blue", "navy blue", "baby blue", "royal blue", "forest green", "olive green", "jet black",
    "mustard yellow", "eye patch", "wizard hat", "witch hat", "pointed hat", "head wrap", "off white",
)
SPELLINGS: Mapping[str, str] = {
    "tee-shirt": "t-shirt", "tshirt": "t-shirt", "head-scarf": "headscarf", "head-band": "headband", "crew-cut":
    "crewcut", "buzz-cut": "buzz", "top-knot": "topknot", "pig-tails": "pigtails", "pony-tail": "ponytail",
    "gray": "grey", "head-wrap": "headwrap", "colour": "color", "coloured": "colored", "bowtie": "bow-tie",
    "labcoat": "lab-coat", "mustached":
    "moustache", "moustached": "moustache", "gray-haired": "grey-haired", "spectacled": "spectacles", "eyebrow":
    "brows", "brow": "brows", "eyeglasses": "glasses", "polka-dots": "polka-dot", "chefs-hat": "chef-hat",
    "cateye": "cat-eye", "halfmoon": "half-moon", "handlebars": "handlebar", "jumpsuit": "dungarees", "hearts":
    "heart-print", "stars": "star", "waistcoated": "waistcoat", "suited": "suit",
}

# colours under other names; which palette they are looked up in depends on the part
SHADES: Mapping[str, tuple[str, ...]] = {
    "silver": ("silver", "grey"), "golden": ("gold", "blonde", "tan"), "gold": ("gold", "blonde"),
    "violet": ("violet", "purple"), "purple": ("purple", "violet"), "fair": ("fair", "blonde"),
    "light": ("fair", "blonde", "light blue"), "pale": ("porcelain", "platinum"), "white": ("white", "fair"),
    "black": ("black", "deep"), "dark": ("dark", "dark brown", "charcoal"), "tanned": ("tan",), "medium": ("tan",),
    "red": ("red", "ginger"), "orange": ("orange", "ginger"), "crimson": ("red",), "scarlet": ("red",),
    "maroon": ("burgundy",), "wine": ("burgundy",), "rose": ("pink",), "sand": ("beige",), "camel": ("beige",),
    "ivory": ("cream",), "lilac": ("lavender",), "aqua": ("turquoise",), "cyan": ("turquoise",),
    "emerald": ("green",), "ochre": ("mustard",), "chocolate": ("dark brown", "dark"),
    "caramel": ("light brown", "tan"),
    "copper": ("ginger", "rust"), "sandy": ("dark blonde",),
    "ebony": ("deep", "black"), "blond": ("blonde",), "strawberry-blonde": ("strawberry blonde",),
    "strawberry-blond": ("strawberry blonde",), "platinum-blonde": ("platinum",), "platinum-blond": ("platinum",),
    **dict.fromkeys(("dirty-blonde", "dirty-blond", "sandy-blonde", "sandy-blond", "dark-blonde", "dark-blond"),
                    ("dark blonde",)),
    "dark brown": ("dark",), "light brown": ("tan",), "sage": ("olive",), "lemon": ("yellow",), "ruby": ("red",),
    "brick": ("rust",), "off-white": ("cream",), "sky-blue": ("sky blue",), "baby-blue": ("sky blue",),
    "navy-blue": ("navy",), "royal-blue": ("blue",),
    "forest-green": ("dark green",), "olive-green": ("olive",), "jet-black": ("black",), "mustard-yellow": ("mustard",),
}
DEPTHS: Mapping[str, str] = {"light": "light", "pale": "light", "pastel": "light", "dark": "dark", "deep": "dark"}
COLORS = frozenset({*SKIN, *HAIR, *CLOTH, *EYES, *SHADES})

# kinds of one part that make a third
TOGETHER: Mapping[frozenset[str], str] = {
    frozenset(("long", "curly")): "curls", frozenset(("long", "wavy")): "waves", frozenset(("short", "wavy")): "messy",
    frozenset(("long", "fringe")): "long fringe", frozenset(("straight", "fringe")): "long fringe",
    frozenset(("curly", "bob")): "curly bob", frozenset(("wavy", "bob")): "curly bob",
    frozenset(("curly", "shoulder")): "curly bob", frozenset(("wavy", "shoulder")): "waves",
    frozenset(("curly", "ponytail")): "puff", frozenset(("curly", "bun")): "puff", frozenset(("curly", "curls")):
    "curls", frozenset(("curly", "full")): "afro", frozenset(("long", "full")): "waves",
    frozenset(("beard", "moustache")): "beard", frozenset(("goatee", "moustache")): "van dyke",
    frozenset(("long beard", "moustache")): "long beard", frozenset(("short beard", "moustache")): "short beard",
    frozenset(("round", "oversized")): "oversized", frozenset(("square", "oversized")): "large square",
    frozenset(("round", "rimless")): "rimless", frozenset(("messy", "bun")): "topknot",
    frozenset(("slick", "bun")): "bun", frozenset(("braids", "bun")): "bun",
}
# a length beside a style that has it adds nothing
SHORT_STYLES = frozenset(("curly", "parted", "spiky", "messy", "slick", "quiff", "afro", "bob", "curly bob", "fringe",
                          "pixie", "buzz", "flat top", "bowl cut", "undercut", "receding", "mohawk", "cornrows",
                          "locs", "full"))
LONG_STYLES = frozenset(("curls", "waves", "ponytail", "pigtails", "braids", "plait", "long fringe", "locs", "mullet",
                         "shoulder"))
STRAIGHT_STYLES = frozenset(("short", "long", "bob", "shoulder", "fringe", "long fringe", "ponytail", "parted",
                             "bowl cut", "pigtails", "slick", "bun"))

FILLERS = frozenset((
    "a", "an", "the", "and", "with", "in", "of", "on", "her", "his", "their", "my", "wearing", "wears", "has", "who",
    "is", "are", "person", "character", "human", "pair", "s", "very", "quite", "rather", "bit", "some", "color",
    "colored", "cut", "style", "bright", "vivid", "back", "shaped", "print", "printed", "dressed", "clothes",
    "clothing", "outfit", "rimmed", "officer", "two", "one", "mid", "early", "late"))
WITHOUT = ("no", "without")
# fields that "no" may stand before, and what they are then
LEFT_OUT: Mapping[str, object] = {
    **dict.fromkeys(("glasses", "beard", "headwear", "neckwear", "pattern", "earrings"), ""), "hair": "bald",
    **dict.fromkeys(("freckles", "mole", "lipstick", "rosy", "scar"), False)}
