"""Settings: ``base`` for what is always so, ``dev``, ``test`` and ``production`` for what differs.

Every name read from the environment is listed in docs/settings.md.
"""
