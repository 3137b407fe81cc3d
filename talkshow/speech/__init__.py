"""Speech: lines to sound with word and phoneme times."""
