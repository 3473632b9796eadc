"""The places where browsers look up which authorities to trust, one module each."""

from scanwright.certificates.stores.registry import stores_for
from scanwright.certificates.stores.store import (
    Authority,
    State,
    Store,
    StoreReport,
    StoreUnusable,
)

__all__ = ["Authority", "State", "Store", "StoreReport", "StoreUnusable", "stores_for"]
