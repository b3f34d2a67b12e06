"""The gate to production: what a version must show, rule by rule, before it may serve."""
