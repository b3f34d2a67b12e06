"""Would it have made money? Portfolios driven by out-of-sample forecasts alone, under dated rules."""
