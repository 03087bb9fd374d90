"""What a user reads: one catalogue of texts per language, one place for number, money and date formats.

A new language is one more ``<code>.toml`` in this folder.
"""

from kamsim.locale.catalogue import languages
from kamsim.locale.language import ENGLISH, Locale

__all__ = ["ENGLISH", "Locale", "languages"]
