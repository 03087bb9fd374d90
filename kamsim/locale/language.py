"""One language: its texts, and how it writes numbers, money, shares and dates (by Babel)."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from typing import Any

import babel
from babel import dates, numbers

from kamsim.errors import ConfigError, unknown_name
from kamsim.locale.catalogue import placeholders, read_catalogue

MINUS = "\N{MINUS SIGN}"
SCALES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


@dataclass(frozen=True)
class Locale:
    """A language by its code.

    Parameters
    ----------
    lang : str
        Code of a catalogue in ``kamsim/locale``: "en" or "fr".

    Raises
    ------
    ConfigError
        For a language without a catalogue; the message names the known ones.

    Examples
    --------
    >>> Locale("en").money(1_234_567, "EUR"), Locale("en").money(1_234_567, "EUR", compact=True)
    ('€1,234,567', '€1.2M')
    >>> Locale("fr").text("policy.round_robin")
    'Tour de rôle'
    """

    lang: str = "en"

    def __post_init__(self) -> None:
        read_catalogue(self.lang)
        try:
            babel.Locale.parse(self.lang)
        except (babel.UnknownLocaleError, ValueError):
            raise ConfigError(f"language {self.lang!r} has a catalogue, but Babel does not know it") from None

    def text(self, key: str, **values: Any) -> str:
        r"""Return a text of the catalogue with its placeholders filled.

        Values come in as texts that are ready to be read (`number`, `money`, …): a catalogue holds no
        format specifications.

        Raises
        ------
        ConfigError
            When the catalogue has no such key, or the text wants a value that is not given.

        Examples
        --------
        >>> Locale("en").text("year.label", year=2)
        'Year\xa02'
        """
        texts = read_catalogue(self.lang)
        if key not in texts:
            raise ConfigError(f"{unknown_name('text', key, texts)} (language {self.lang!r})")
        absent = sorted(placeholders(texts[key]) - set(values))
        if absent:
            raise ConfigError(
                f"text {key!r} wants a value for {absent[0]!r}, got {', '.join(values) or 'none'}"
            )
        return texts[key].format(**values)

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a key."""
        return key in read_catalogue(self.lang)

    def policy(self, name: str) -> str:
        """Return the name of a policy for readers; one without a text keeps its own name.

        Examples
        --------
        >>> Locale("en").policy("status_quo"), Locale("en").policy("my_own_rule")
        ('Status quo', 'my own rule')
        """
        return self.label("policy", name)

    def label(self, table: str, name: str) -> str:
        """Return the name of a thing that code may add to (a policy, a measure) for readers.

        Examples
        --------
        >>> Locale("en").label("measure", "my_own_measure")
        'my own measure'
        """
        key = f"{table}.{name}"
        return self.text(key) if self.has(key) else name.replace("_", " ")

    def number(self, x: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """Write a number with a fixed count of decimals; a missing one is a dash.

        Examples
        --------
        >>> Locale("en").number(1234.56, 1), Locale("en").number(-0.2), Locale("en").number(3, signed=True)
        ('1,234.6', '0', '+3')
        """
        return self._write(x, self._babel.decimal_formats[None].pattern, digits, signed=signed)

    def percent(self, x: float | None, digits: int = 1, *, signed: bool = False) -> str:
        """Write a share as a percentage.

        Examples
        --------
        >>> Locale("en").percent(0.1234), Locale("en").percent(0.92, 0)
        ('12.3%', '92%')
        """
        number = self.number(None if x is None else 100 * x, digits, signed=signed)
        if x is None or math.isnan(x):
            return number
        return re.sub("[#,0]+", number, self._babel.percent_formats[None].pattern, count=1)

    def confidence(self, level: float) -> str:
        """Write the confidence of an interval, with a decimal only where it has one.

        Examples
        --------
        >>> Locale("en").confidence(0.95), Locale("en").confidence(0.975)
        ('95%', '97.5%')
        """
        return self.percent(level, 0 if round(100 * level, 6).is_integer() else 1)

    def money(
        self,
        x: float | None,
        currency: str,
        *,
        compact: bool = False,
        signed: bool = False,
        digits: int = 0,
        like: float | None = None,
    ) -> str:
        """Write an amount of money.

        Parameters
        ----------
        x : float or None
            Amount in `currency`; None and NaN are written as a dash.
        currency : str
            ISO code, such as "EUR".
        compact : bool
            In thousands, millions or billions: "€1.2M".
        signed : bool
            With a plus where it is above zero.
        digits : int
            Decimals where not compact.
        like : float, optional
            The amount whose unit a compact one takes, so that a column has one unit; its own if absent.

        Examples
        --------
        >>> Locale("en").money(-1_234_567, "USD", compact=True, signed=True)
        '−$1.2M'
        >>> Locale("en").money(75_000, "EUR", compact=True, like=2e6)
        '€0.1M'
        """
        largest = x if like is None else like
        scale, name = _scale(largest) if compact else (1.0, "")
        if not name:
            return self._write(x, self._money_pattern, digits, currency=currency, signed=signed)
        digits = 1 if abs(largest or 0.0) / scale < (10 if name == "thousand" else 100) else 0
        pattern = self.text(f"compact.{name}")
        return self._write(x, pattern, digits, factor=1 / scale, currency=currency, signed=signed)

    def money_interval(
        self,
        middle: float,
        low: float,
        high: float,
        currency: str,
        *,
        confidence: float | None = None,
        like: float | None = None,
    ) -> str:
        """Write a signed amount with its interval, all three in one unit.

        The decimals follow the width of the interval, so that its two ends do not look alike nor like zero.

        Parameters
        ----------
        middle, low, high : float
            Amounts in `currency`; a missing one makes the whole a dash.
        currency : str
            ISO code.
        confidence : float, optional
            To be named in the text.
        like : float, optional
            The amount whose unit all three take; the largest of them if absent.

        Examples
        --------
        >>> Locale("en").money_interval(1.92e6, 1.2e6, 2.61e6, "EUR")
        '+€1.9M (+1.2 to +2.6)'
        >>> Locale("en").money_interval(1.92e6, 1.2e6, 2.61e6, "EUR", confidence=0.95)
        '+€1.9M (95%: +1.2 to +2.6)'
        """
        if any(math.isnan(x) for x in (middle, low, high)):
            return self.text("format.missing")
        scale, name = _scale(max((middle, low, high), key=abs) if like is None else like)
        width = (high - low) / scale
        digits = 0 if width >= 30 or not name else 1 if width >= 0.3 else 2
        if name and any(x and round(x / scale, digits) == 0 for x in (low, high)):
            digits = 2  # an end that is not zero must not be written as zero
        pattern = self.text(f"compact.{name}") if name else self._money_pattern
        values = {
            "middle": self._write(middle, pattern, digits, factor=1 / scale, currency=currency, signed=True),
            "low": self.number(low / scale, digits, signed=True),
            "high": self.number(high / scale, digits, signed=True),
        }
        if confidence is None:
            return self.text("format.interval", **values)
        return self.text("format.interval_at", **values, confidence=self.confidence(confidence))

    def date(self, d: datetime.date) -> str:
        """Write a day.

        Examples
        --------
        >>> Locale("fr").date(datetime.date(2026, 1, 31))
        '31 janv. 2026'
        """
        return dates.format_date(d, "medium", locale=self.lang)

    def month(self, d: datetime.date) -> str:
        """Write a month with its year.

        Examples
        --------
        >>> Locale("en").month(datetime.date(2026, 1, 31))
        'January 2026'
        """
        return dates.format_skeleton("yMMMM", d, locale=self.lang)

    def calendar_month(self, number: int) -> str:
        """Write a month of the year (1 = January), short.

        Examples
        --------
        >>> Locale("en").calendar_month(8), Locale("fr").calendar_month(8)
        ('Aug', 'août')
        """
        return str(dates.get_month_names("abbreviated", "stand-alone", locale=self.lang)[number])

    @property
    def _babel(self) -> babel.Locale:
        return babel.Locale.parse(self.lang)

    @property
    def _money_pattern(self) -> str:
        return str(self._babel.currency_formats["standard"].pattern)

    def _write(
        self,
        x: float | None,
        pattern: str,
        digits: int,
        *,
        factor: float = 1.0,
        currency: str | None = None,
        signed: bool = False,
    ) -> str:
        """Write ``x * factor`` in a CLDR pattern with `digits` decimals and a true minus sign."""
        if x is None or math.isnan(x):
            return self.text("format.missing")
        rounded = round(float(x) * factor, digits) + 0.0  # + 0.0: no "-0"
        pattern = _with_decimals(pattern, digits)
        if currency is None:
            text = numbers.format_decimal(abs(rounded), pattern, locale=self.lang)
        else:
            text = numbers.format_currency(
                abs(rounded), currency, pattern, locale=self.lang, currency_digits=False
            )
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return f"{sign}{text}"


def _scale(x: float | None) -> tuple[float, str]:
    """Choose thousands, millions or billions, so that 999,960 is one million and not 1,000 thousand."""
    if x is not None:
        for scale, name in SCALES:
            if abs(x) >= 0.9995 * scale:
                return scale, name
    return 1.0, ""


def _with_decimals(pattern: str, digits: int) -> str:
    """Give a CLDR pattern (as "¤#,##0.00") a fixed count of decimals."""
    decimals = f".{'0' * digits}" if digits else ""
    return re.sub(r"0(\.[0#]+)?", f"0{decimals}", pattern, count=1)


ENGLISH = Locale("en")
