"""The same model (docs/model.md, neutral surroundings) by other means, to measure kamsim against."""
