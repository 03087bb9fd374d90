"""Key-account coverage: portfolios with a known truth, scores, policies and their worth in money."""

__version__ = "0.1.0"
