"""Names of people, French and from elsewhere in Europe."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from kamsim.dynamics.state import Floats
from kamsim.portfolio.texts import pick_words

_FIRST = (
    "Adrien", "Agnieszka", "Alba", "Alice", "Amélie", "Andreas", "Anna", "Antoine", "Astrid", "Aurélie",
    "Bastien", "Beatriz", "Bruno", "Camille", "Carla", "Céline", "Claire", "Daan", "Diego", "Dimitri",
    "Elena", "Élodie", "Emil", "Enzo", "Erik", "Étienne", "Fatima", "Florian", "Francesca", "Gabriel",
    "Giulia", "Guillaume", "Hanna", "Hélène", "Henrik", "Ingrid", "Isabelle", "Ivan", "Jana", "Joana",
    "Johannes", "Julien", "Katarina", "Laura", "Leïla", "Lorenzo", "Lucas", "Malik", "Manon", "Marco",
    "Margaux", "Maria", "Mathilde", "Mehdi", "Miguel", "Nathalie", "Nicolas", "Nora", "Pascal", "Petra",
    "Pierre", "Rafael", "Romain", "Sabine", "Samira", "Sofia", "Stefan", "Sylvie", "Thierry", "Tomasz",
    "Valérie", "Victor", "Wouter", "Xavier", "Yasmine", "Zoé",
)  # fmt: skip
_LAST = (
    "Almeida", "Andersen", "Arnaud", "Bauer", "Benali", "Berger", "Bernard", "Bianchi", "Blanc", "Bonnet",
    "Boucher", "Brun", "Caron", "Castillo", "Chevalier", "Colin", "Costa", "Da Silva", "David",
    "De Vries", "Delmas", "Diallo", "Dubois", "Dumont", "Durand", "Esposito", "Faure", "Ferrari",
    "Fischer", "Fontaine", "Fournier", "Garcia", "Gauthier", "Gomes", "Guérin", "Haddad", "Hansen",
    "Henry", "Hoffmann", "Horvath", "Jacquet", "Jansen", "Johansson", "Joly", "Keller", "Kowalski",
    "Lacroix", "Lambert", "Larsson", "Lefèvre", "Legrand", "Leroy", "Marchand", "Marino", "Martin",
    "Masson", "Mercier", "Meyer", "Michel", "Morel", "Müller", "Muñoz", "Navarro", "Nguyen", "Nielsen",
    "Nowak", "Olivier", "Pereira", "Perrin", "Picard", "Popescu", "Renard", "Ricci", "Rivière", "Robert",
    "Romero", "Rousseau", "Roy", "Schneider", "Simon", "Svensson", "Tessier", "Vidal", "Vincent",
    "Wagner", "Wójcik", "Zimmermann",
)  # fmt: skip


def full_names(first: Floats, last: Floats) -> pa.Array:
    """Name people by two uniform numbers each.

    Examples
    --------
    >>> full_names(np.array([0.0, 0.999]), np.array([0.5, 0.0])).to_pylist()
    ['Adrien Joly', 'Zoé Almeida']
    """
    codes = (first * len(_FIRST)).astype(np.int64) * len(_LAST) + (last * len(_LAST)).astype(np.int64)
    return pick_words(_pairs(), codes)


@cache
def _pairs() -> tuple[str, ...]:
    return tuple(f"{first} {last}" for first in _FIRST for last in _LAST)
