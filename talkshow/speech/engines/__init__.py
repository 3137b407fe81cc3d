"""The voice engines that come with talkshow."""
