"""Deposits in repositories: SWORD v2, DSpace 7 REST, InvenioRDM REST, each a ``delivery.targets.Target``.

A deposit is ours when it carries the submission's uuid (``identity.mark``). A step that was begun and whose outcome is
not known is looked up before it is done again, so that a thesis is at a repository once or not at all.
"""
