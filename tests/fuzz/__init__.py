"""A fuzzer: inputs that are good or wrong by construction, and what becomes of them."""
