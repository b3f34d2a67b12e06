"""Would it have made money? Portfolios that act on out-of-sample forecasts, under dated rules."""
