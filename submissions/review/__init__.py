"""The office's side: workflow actions, the staff desk, hooks of the Wagtail admin."""
