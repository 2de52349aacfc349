"""Tests of discovery: boxes, trees, and what is told of them."""
