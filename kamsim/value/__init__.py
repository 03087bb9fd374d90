"""What effort on an account is believed to bring, sampled from the dynamics."""

from kamsim.value.belief import draw_states
from kamsim.value.curve import believe_values

__all__ = ["believe_values", "draw_states"]
