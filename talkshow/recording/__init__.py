"""A recording: any file of sound or video, to samples, to one track per speaker."""
