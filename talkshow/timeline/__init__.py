"""Who says what when: cues, their placing, and captions."""
