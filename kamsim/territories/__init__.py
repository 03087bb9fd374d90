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
from kamsim.territories.review import TerritoryReview, review_territories

__all__ = [
    "TerritoryResult",
    "TerritoryReview",
    "department_borders",
    "department_outlines",
    "departments",
    "design_territories",
    "locate_departments",
    "point_adjacency",
    "review_territories",
]
