"""The same work as one would write it first, or with another library, to be held against."""
