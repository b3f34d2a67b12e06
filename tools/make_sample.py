"""Build data/sample/us_2000_2013.parquet from the package bokeh-sampledata 2026.1.

Run ``pip install bokeh-sampledata==2026.1`` first, then
``python tools/make_sample.py [OUT]``. Nothing is changed but the column names
and the order: the file holds the source's as-traded prices and adjusted close.
"""

import gzip
import hashlib
import importlib.util
import io
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SHA256 = "5abadf99b2d394f920120a27de6f0df129859d71d4cfb0bf661bcc99446ab1fd"
"""Of stocks.csv.gz, as the package's own datasets.json states it."""
OUT = Path(__file__).resolve().parent.parent / "data" / "sample" / "us_2000_2013.parquet"
COLUMNS = {
    "Ticker": "symbol",
    "Date": "date",
    "Open": "open",
    "High": "high",
    "Low": "low",
    "Close": "close",
    "Volume": "volume",
    "Adj Close": "adj_close",
}
PRICES = ("open", "high", "low", "close")
SCHEMA = pa.schema(
    [("symbol", pa.dictionary(pa.int8(), pa.string())), ("date", pa.date32())]
    + [(name, pa.decimal128(9, 4)) for name in PRICES]
    + [("volume", pa.int64()), ("adj_close", pa.float64())]
)
ENCODINGS = dict.fromkeys(("date", *PRICES, "volume"), "DELTA_BINARY_PACKED") | {
    "adj_close": "BYTE_STREAM_SPLIT"
}


def main() -> int:
    """Write the file; 1 if the package is absent or another version."""
    package = importlib.util.find_spec("bokeh_sampledata")
    if package is None:
        print("Install bokeh-sampledata==2026.1 first.", file=sys.stderr)
        return 1
    source = Path(package.submodule_search_locations[0]) / "_data" / "stocks.csv.gz"
    data = source.read_bytes() if source.exists() else b""
    if hashlib.sha256(data).hexdigest() != SHA256:
        print("This is not stocks.csv.gz of bokeh-sampledata 2026.1.", file=sys.stderr)
        return 1
    prices = pd.read_csv(io.BytesIO(gzip.decompress(data)), parse_dates=["Date"])
    prices = prices.rename(columns=COLUMNS)[list(COLUMNS.values())]
    prices = prices.sort_values(["symbol", "date"], ignore_index=True)
    prices["symbol"] = prices["symbol"].astype("category")
    prices["date"] = prices["date"].dt.date
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    for name in PRICES:  # Four decimals are all the source has; as integers they pack to half.
        prices[name] = [Decimal(f"{price:.4f}") for price in prices[name]]
    table = pa.Table.from_pandas(prices, schema=SCHEMA, preserve_index=False)
    pq.write_table(
        table.replace_schema_metadata(),
        out,
        compression="zstd",
        compression_level=19,
        use_dictionary=["symbol"],
        column_encoding=ENCODINGS,
        store_decimal_as_integer=True,
    )
    print(f"{out.name}: {table.num_rows} rows, {out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
