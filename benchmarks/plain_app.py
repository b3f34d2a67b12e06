"""What Weeklens is measured against: one page, one Parquet file, one candlestick chart.

PLAIN_DATA=FILE streamlit run benchmarks/plain_app.py
"""

import os

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="Plain", layout="wide")
bars = pd.read_parquet(os.environ["PLAIN_DATA"])
symbol = st.selectbox("Symbol", sorted(bars["symbol"].unique()))
chosen = bars[bars["symbol"] == symbol].sort_values("date")
st.title(symbol)
figure = go.Figure(
    go.Candlestick(
        x=chosen["date"],
        open=chosen["open"],
        high=chosen["high"],
        low=chosen["low"],
        close=chosen["close"],
    )
)
st.plotly_chart(figure, key="candles")
