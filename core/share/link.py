"""The address of a stored forecast."""

from urllib.parse import urlencode


def forecast_link(base: str, record: str) -> str:
    """Where a stored forecast opens as it was.

    Parameters
    ----------
    base : str
        The address of a Weeklens, such as ``http://127.0.0.1:8501``.
    record : str
        Id of the record.
    """
    return f"{base.rstrip('/')}/forecast?{urlencode({'id': record})}"
