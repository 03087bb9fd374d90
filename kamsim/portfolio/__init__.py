"""Synthetic portfolios: an initial state, a history recorded from the dynamics, the truth kept apart."""

from kamsim.portfolio.generate import generate_past, generate_portfolio

__all__ = ["generate_past", "generate_portfolio"]
