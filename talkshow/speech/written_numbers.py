"""The words for numbers and dates in Spanish, French, Italian, Portuguese and Hindi; ordinals by num2words."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.speech.spelled_out import Words


def _ordinal(language: str, feminine: bool = False) -> Callable[[int], str]:
    """The ordinal of a number; feminine where words change their last o to a."""

    def say(number: int) -> str:
        from num2words import num2words

        said = str(num2words(number, lang=language, to="ordinal"))
        return " ".join(f"{word[:-1]}a" if feminine and word.endswith("o") else word for word in said.split())

    return say


SPANISH = Words(
    comma="coma",
    money={
        "€": ("euro", "euros", "céntimos"),
        "$": ("dólar", "dólares", "centavos"),
        "£": ("libra", "libras", "peniques"),
        "¥": ("yen", "yenes", ""),
        "₹": ("rupia", "rupias", ""),
        "R$": ("real", "reales", "centavos"),
    },
    cents="con",
    hundredths_said=False,
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    date="{day} de {month} de {year}",
    time="{hours} y {minutes}",
    hour="{hours} horas",
    percent="por ciento",
    ordinals={r"\.?º|\.?er(?=\s|$)|\.?o(?=\s|$)": _ordinal("es"), r"\.?ª|\.?a(?=\s|$)": _ordinal("es", feminine=True)},
    abbreviations={
        **{"Sr.": "señor", "Sra.": "señora", "Srta.": "señorita", "Dr.": "doctor", "Dra.": "doctora"},
        **{"Ud.": "usted", "Uds.": "ustedes", "EE. UU.": "Estados Unidos", "EE.UU.": "Estados Unidos"},
        **{"etc.": "etcétera", "km/h": "kilómetros por hora", "km": "kilómetros", "kg": "kilos"},
        **{"p. ej.": "por ejemplo", "núm.": "número", "pág.": "página"},
    },
    signs={"&": "y", "+": "más", "=": "igual a", "@": "arroba"},
)
FRENCH = Words(
    comma="virgule",
    money={
        "€": ("euro", "euros", "centimes"),
        "$": ("dollar", "dollars", "cents"),
        "£": ("livre", "livres", "pence"),
        "¥": ("yen", "yens", ""),
        "₹": ("roupie", "roupies", ""),
        "R$": ("réal", "réaux", "centavos"),
    },
    cents="",
    hundredths_said=False,
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    date="{day} {month} {year}",
    first="premier",
    time="{hours} heures {minutes}",
    hour="{hours} heures",
    percent="pour cent",
    ordinals={
        r"(?:er)": _ordinal("fr"),
        r"(?:re|ère)": lambda number: "première" if number == 1 else _ordinal("fr")(number),
        r"(?:e|ème|ième|nd|nde)": _ordinal("fr"),
    },
    abbreviations={
        **{"M.": "monsieur", "MM.": "messieurs", "Mme": "madame", "Mlle": "mademoiselle", "Dr": "docteur"},
        **{"etc.": "et cetera", "km/h": "kilomètres heure", "km": "kilomètres", "kg": "kilos", "p. ex.": "par exemple"},
        **{"n°": "numéro", "St": "saint", "Ste": "sainte"},
    },
    signs={"&": "et", "+": "plus", "=": "égale", "@": "arobase"},
)
ITALIAN = Words(
    comma="virgola",
    money={
        "€": ("euro", "euro", "centesimi"),
        "$": ("dollaro", "dollari", "centesimi"),
        "£": ("sterlina", "sterline", "penny"),
        "¥": ("yen", "yen", ""),
        "₹": ("rupia", "rupie", ""),
        "R$": ("real", "real", "centavos"),
    },
    cents="e",
    hundredths_said=False,
    months=(
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
        *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    date="{day} {month} {year}",
    first="primo",
    time="{hours} e {minutes}",
    hour="ore {hours}",
    percent="per cento",
    ordinals={r"º|°": _ordinal("it"), r"ª": _ordinal("it", feminine=True)},
    abbreviations={
        **{"Sig.": "signor", "Sig.ra": "signora", "Dott.": "dottor", "Dott.ssa": "dottoressa", "Prof.": "professor"},
        **{"ecc.": "eccetera", "km/h": "chilometri orari", "km": "chilometri", "kg": "chili", "pag.": "pagina"},
    },
    signs={"&": "e", "+": "più", "=": "uguale", "@": "chiocciola"},
)
PORTUGUESE = Words(
    comma="vírgula",
    money={
        "€": ("euro", "euros", "centavos"),
        "$": ("dólar", "dólares", "centavos"),
        "£": ("libra", "libras", "pence"),
        "¥": ("iene", "ienes", ""),
        "₹": ("rupia", "rupias", ""),
        "R$": ("real", "reais", "centavos"),
    },
    cents="e",
    hundredths_said=True,
    months=(
        *("janeiro", "fevereiro", "março", "abril", "maio", "junho"),
        *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    ),
    date="{day} de {month} de {year}",
    first="primeiro",
    time="{hours} e {minutes}",
    hour="{hours} horas",
    percent="por cento",
    ordinals={r"\.?º|\.?o(?=\s|$)": _ordinal("pt_BR"), r"\.?ª|\.?a(?=\s|$)": _ordinal("pt_BR", feminine=True)},
    abbreviations={
        **{"Sr.": "senhor", "Sra.": "senhora", "Dr.": "doutor", "Dra.": "doutora", "Prof.": "professor"},
        **{"etc.": "etcétera", "km/h": "quilômetros por hora", "km": "quilômetros", "kg": "quilos", "pág.": "página"},
        **{"EUA": "Estados Unidos"},
    },
    signs={"&": "e", "+": "mais", "=": "igual a", "@": "arroba"},
)
HINDI = Words(
    comma="दशमलव",
    money={
        "€": ("यूरो", "यूरो", "सेंट"),
        "$": ("डॉलर", "डॉलर", "सेंट"),
        "£": ("पाउंड", "पाउंड", "पेंस"),
        "¥": ("येन", "येन", ""),
        "₹": ("रुपया", "रुपये", "पैसे"),
        "R$": ("रियल", "रियल", ""),
    },
    cents="और",
    hundredths_said=True,
    months=(*("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून"), *("जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर")),
    date="{day} {month} {year}",
    time="{hours} बजकर {minutes} मिनट",
    hour="{hours} बजे",
    percent="प्रतिशत",
    abbreviations={"डॉ.": "डॉक्टर", "कि.मी.": "किलोमीटर", "km": "किलोमीटर"},
    signs={"&": "और", "+": "जमा", "=": "बराबर"},
    point=True,
)
