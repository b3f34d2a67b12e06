"""Is production still right: live forecasts scored and held against what could be expected."""
