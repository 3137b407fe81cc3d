"""What characters look like: words, and a seed where there are none, to a `Look`."""
