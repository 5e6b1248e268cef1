"""Bytes read into articles: pages, texts, tables and folders of them."""

from filiation.read.files import (
    article_of_raw,
    articles,
    documents,
    read,
    read_bytes,
    read_html,
    read_text,
)
from filiation.read.raw import WHOLE, Raw

__all__ = [
    "WHOLE",
    "Raw",
    "article_of_raw",
    "articles",
    "documents",
    "read",
    "read_bytes",
    "read_html",
    "read_text",
]
