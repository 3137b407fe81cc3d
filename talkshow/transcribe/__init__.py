"""What is said when: a recording, or a file of captions, to words with times."""
