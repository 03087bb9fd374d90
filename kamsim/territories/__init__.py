"""Territories: units of land or accounts put into balanced, contiguous, compact groups."""

from kamsim.territories.adjacency import point_adjacency
from kamsim.territories.departments import (
    department_borders,
    department_outlines,
    departments,
    locate_departments,
)
from kamsim.territories.design import design_territories
from kamsim.territories.result import TerritoryResult

__all__ = [
    "TerritoryResult",
    "department_borders",
    "department_outlines",
    "departments",
    "design_territories",
    "locate_departments",
    "point_adjacency",
]
