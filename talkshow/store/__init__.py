"""The episode folder: file names, atomic writes, the cache, and the record of which files talkshow wrote."""
