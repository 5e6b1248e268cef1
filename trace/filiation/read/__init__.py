"""Bytes read into articles: pages, texts, tables and folders of them."""

from filiation.read.files import articles, read, read_bytes, read_html, read_text

__all__ = ["articles", "read", "read_bytes", "read_html", "read_text"]
