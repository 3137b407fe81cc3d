"""Where things are kept: the episode's folder, file names, files written whole or not at all."""
