"""The places where browsers look up which authorities to trust, one module each.

`registry` knows all of them; it is imported when somebody looks, for main seldom does.
"""

from scanwright.certificates.stores.store import (
    Authority,
    State,
    Store,
    StoreReport,
    StoreUnusable,
)

__all__ = ["Authority", "State", "Store", "StoreReport", "StoreUnusable"]
