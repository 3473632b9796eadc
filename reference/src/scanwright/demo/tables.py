"""The tables of the demo database: documents, uploads under way, and their bytes.

The bytes of both lie in `chunks`, cut into rows that fit into memory; an upload that is
complete becomes a document of the same id, so that no byte moves.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = ["chunks", "documents", "metadata", "uploads"]

metadata: Final = MetaData()

documents: Final = Table(
    "scanwright_documents",
    metadata,
    # SQLite counts up only what it calls INTEGER.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("type", String(100), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fields", Text, nullable=False),
    Column("created", Float(53), nullable=False),
    Column("pages", Integer),
    Column("preview", LargeBinary),
)
"""`fields` are JSON; `created` is in seconds since 1970."""

uploads: Final = Table(
    "scanwright_uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("type", String(100), nullable=False),
    Column("bytes", BigInteger),
    Column("sha256", String(64)),
    Column("fields", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("touched", Float(53), nullable=False, index=True),
)
"""`bytes` is null while nobody knows it; `position` counts the bytes that are safe."""

chunks: Final = Table(
    "scanwright_chunks",
    metadata,
    Column("content", String(32), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
