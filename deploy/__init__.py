"""A team's server: its services, their configuration, and what starts and checks them."""
