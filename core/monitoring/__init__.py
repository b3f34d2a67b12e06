"""Is it still right? Live forecasts against what the evaluation promised, drift and data trends."""
