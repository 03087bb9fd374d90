"""CRM exports in: somebody else's CSV files and a mapping become a portfolio and an import report."""

from kamsim.intake.export import ImportResult, read_export
from kamsim.intake.mapping import ExportMapping, load_mapping
from kamsim.intake.report import ImportReport, ReportLine

__all__ = ["ExportMapping", "ImportReport", "ImportResult", "ReportLine", "load_mapping", "read_export"]
