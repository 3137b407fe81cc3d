"""The story of an episode: plan, stage, speak, mix, film, check, record."""
