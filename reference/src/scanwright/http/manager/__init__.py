"""The manager: pages for people, and the administration behind them."""

from scanwright.http.manager.manager import Manager

__all__ = ["Manager"]
