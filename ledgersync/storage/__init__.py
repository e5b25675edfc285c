"""The database: tables, engine, migrations, and one module of queries per subject.

Queries take an open SQLAlchemy connection and return frozen dataclasses; who calls them owns the
transaction. Nothing outside this folder imports sqlmodel, sqlalchemy or alembic.
"""
