"""The looks of characters: turns words, and a seed where there are none, into a `Look`."""
