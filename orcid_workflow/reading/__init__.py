"""What a record says of a person, and what ORCID says of the record. ``orcid_workflow.profile`` is its front door."""
