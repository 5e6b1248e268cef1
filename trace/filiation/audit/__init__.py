"""The whole library at once: what was republished, and who takes from whom."""
