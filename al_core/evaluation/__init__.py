"""Honest comparisons against known labels: the whole loop with a simulated oracle, and cross-validation."""
