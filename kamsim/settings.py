"""What a parameter is: a value with unit, meaning and range, in a frozen part of the scenario."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


def figure(unit: str, meaning: str, **rules: Any) -> Any:
    """Declare a parameter with unit, meaning and range; the value comes from a preset."""
    return Field(description=meaning, json_schema_extra={"unit": unit}, **rules)


class Settings(BaseModel):
    """Base of all parts of a scenario: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_values(cls, value: Any) -> Any:
        """Refuse what pydantic would read as the number 1 or 0."""
        if isinstance(value, bool):
            raise ValueError(f"must not be true or false, got {str(value).lower()}")
        return value
