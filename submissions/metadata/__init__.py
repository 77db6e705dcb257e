"""What is known of a thesis (``record``) and how each format says it (``crosswalks``)."""
