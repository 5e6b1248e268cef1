"""Bundles of evidence: what a trace saw, in a form that outlives the pages and can be checked."""
