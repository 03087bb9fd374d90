"""Tools of the project's makers; not part of the package."""
