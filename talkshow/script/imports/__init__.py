"""Formats of other programs: tables, transcripts, captions, screenplays, documents and the JSON of services."""
