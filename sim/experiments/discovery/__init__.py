"""Discovery: under which conditions draws come out as they do."""
