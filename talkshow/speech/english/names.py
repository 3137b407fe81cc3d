"""Names and exclamations that the dictionary lacks or spells out letter by letter, in the misaki alphabet.

Written for American English; `phonemes_of_names` turns them British where the alphabets differ.
"""

from __future__ import annotations

_AMERICAN = {
    # given names that English spelling rules miss
    "Aoife": "ˈifə",
    "Anaïs": "ˌɑnəˈis",
    "Caoimhe": "kˈivə",
    "Chloé": "klOˈA",
    "Eoin": "ˈOᵊn",
    "Giovanni": "ʤˌiəvˈɑni",
    "Guillermo": "ɡijˈɛɹmO",
    "Hermione": "həɹmˈIəni",
    "Hyun": "hjˈʌn",
    "Jesús": "hAsˈus",
    "Joaquin": "wɑkˈin",
    "Joaquín": "wɑkˈin",
    "Jorge": "hˈɔɹhA",
    "José": "hOzˈA",
    "Kwame": "kwˈɑmA",
    "Ngozi": "ənɡˈOzi",
    "Nguyen": "wˈɪn",
    "Nguyễn": "wˈɪn",
    "Niamh": "nˈiv",
    "Saoirse": "sˈɜɹʃə",
    "Seán": "ʃˈɔn",
    "Sean": "ʃˈɔn",
    "Siobhan": "ʃəvˈɔn",
    "Siobhán": "ʃəvˈɔn",
    "Thea": "θˈiə",
    "Xiaoping": "ʃˌWpˈɪŋ",
    "Xi": "ʃˈi",
    "Jinping": "ʤˌɪnpˈɪŋ",
    "Zoë": "zˈOi",
    "Zoé": "zOˈA",
    "Zhang": "ʤˈɑŋ",
    "Javier": "hˌɑviˈA",
    "Beyoncé": "biˈɑnsˌA",
    "Müller": "mˈuləɹ",
    "Łódź": "wˈuʤ",
    "Jean-Luc": "ʒˌɑnlˈuk",
    "Macron": "mækɹˈOn",
    "Pokémon": "pˈOkAmˌɑn",
    "Poirot": "pwɑɹˈO",
    # words from elsewhere
    "crème": "kɹˈɛm",
    "brûlée": "bɹulˈA",
    "déjà": "dˌAʒˈɑ",
    "à": "ɑ",
    "hors": "ˈɔɹ",
    "d'oeuvre": "dˈɜɹv",
    "d'oeuvres": "dˈɜɹvz",
    "doppelgänger": "dˈɑpᵊlɡˌæŋəɹ",
    "façade": "fəsˈɑd",
    "jalapeño": "hˌɑləpˈAnjO",
    "piñata": "pinjˈɑTə",
    "gnocchi": "njˈOki",
    "résumé": "ɹˈɛzəmˌA",
    "São": "sˈW",
    # acronyms said as words
    "JSON": "ʤˈAsᵊn",
    "YAML": "jˈæməl",
    "CUDA": "kˈudə",
    "IKEA": "Ikˈiə",
    "FAQ": "ˌɛfˌAkjˈu",
    # exclamations
    "aww": "ˈɔ",
    "brr": "bɹˈɜɹ",
    "eww": "ˈu",
    "haha": "hˌɑhˈɑ",
    "hehe": "hˌihˈi",
    "meh": "mˈɛ",
    "mhm": "mhm",
    "mwah": "mwˈɑ",
    "nah": "nˈɑ",
    "shh": "ʃʃ",
    "shhh": "ʃʃʃ",
    "tsk": "tsk",
    "ugh": "ˈʌɡ",
    "psst": "pst",
}
# American diphthong O is Q in the British half of the alphabet; r is silent unless a vowel follows; no flapped t.
_BRITISH = {
    "hˈɔɹhA": "hˈɔːhA",
    "ɡijˈɛɹmO": "ɡijˈɛːmQ",
    "sˈɜɹʃə": "sˈɜːʃə",
    "ˈɔɹ": "ˈɔː",
    "dˈɜɹv": "dˈɜːv",
    "dˈɜɹvz": "dˈɜːvz",
    "bɹˈɜɹ": "bɹˈɜː",
    "həɹmˈIəni": "həmˈIəni",
    "dˈɑpᵊlɡˌæŋəɹ": "dˈɒpᵊlɡˌaŋə",
    "pwɑɹˈO": "pwˈɑːɹQ",
    "mækɹˈOn": "makɹˈɒn",
    "pˈOkAmˌɑn": "pˈɒkimˌɒn",
    "mˈuləɹ": "mˈʊlə",
    "ʒˌɑnlˈuk": "ʒˌɒnlˈuk",
    "biˈɑnsˌA": "biˈɒnsˌA",
}


def phonemes_of_names(british: bool) -> dict[str, str]:
    """Phonemes by word, for one of the two dictionaries."""
    if not british:
        return dict(_AMERICAN)
    return {
        word: _BRITISH.get(said, said.replace("O", "Q").replace("T", "t").replace("æ", "a"))
        for word, said in _AMERICAN.items()
    }
