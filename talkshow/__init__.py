"""talkshow: from a written dialogue to a video in which everyone has a voice and a face of their own."""
