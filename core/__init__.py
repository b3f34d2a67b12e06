"""Everything Weeklens computes and keeps; the pages only show it."""

__version__ = "0.1.0"
