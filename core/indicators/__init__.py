"""The 20 weekly indicators: what they mean and how they are computed."""
