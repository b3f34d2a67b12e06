"""The same work as one would write it first, or with another library: what Weeklens is held against."""
