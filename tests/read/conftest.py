"""A small catalogue of invented outlets, and a page of theirs in several dresses."""

import pytest

from filiation.outlets import Catalogue, Domain, Outlet


@pytest.fixture(scope="session")
def known() -> Catalogue:
    return Catalogue(
        [
            Outlet("courrier", "Le Courrier du Pont", (Domain("courrier.example"),),
                   languages=("fr",), phrases=("Le Courrier du Pont décline toute responsabilité",)),
            Outlet("lantern", "The Lantern", (Domain("lantern.example"),), languages=("en",)),
            Outlet("wire", "Example Wire", (Domain("wire.example"),), kind="agency"),
            Outlet("britannia", "Britannia Post", (Domain("britannia.example"),),
                   languages=("en",), date_order="dmy"),
        ]
    )  # fmt: skip
