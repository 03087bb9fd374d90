"""What effort on an account is believed to bring, sampled from the dynamics."""

from kamsim.value.belief import draw_states
from kamsim.value.curve import believe_values, sample_values
from kamsim.value.response import AdbugResponse, ExponentialResponse, PowerResponse, Response

__all__ = [
    "AdbugResponse",
    "ExponentialResponse",
    "PowerResponse",
    "Response",
    "believe_values",
    "draw_states",
    "sample_values",
]
