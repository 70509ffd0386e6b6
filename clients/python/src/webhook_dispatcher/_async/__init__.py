"""The async client. ``_sync`` is made from it by ``generate.py``."""
