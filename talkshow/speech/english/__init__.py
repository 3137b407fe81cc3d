"""English: from written text to words that are spoken."""
