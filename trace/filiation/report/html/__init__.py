"""Findings as one HTML file that opens offline, reads without scripts and cannot be made to act."""
