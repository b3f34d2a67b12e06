"""Estimators alone: they fit and predict arrays and know nothing of prices, stores or pages."""
