"""Who speaks when: a recording to turns."""
