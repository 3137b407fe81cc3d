"""Where a file comes from: signed Content Credentials (C2PA), and how they are verified."""
