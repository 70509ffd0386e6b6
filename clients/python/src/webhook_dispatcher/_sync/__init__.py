# Made from ../_async/__init__.py by generate.py; do not edit it by hand.
"""The async client. ``_sync`` is made from it by ``generate.py``."""
