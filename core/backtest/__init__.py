"""Would the forecasts have made money: a portfolio led by out-of-sample forecasts alone."""
