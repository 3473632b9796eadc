"""The manager: pages for people, and the administration behind them."""

from scanwright.http.manager.interim import Manager

__all__ = ["Manager"]
