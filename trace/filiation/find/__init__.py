"""The web: fetching with manners, archives, and where copies of an article may be found."""
