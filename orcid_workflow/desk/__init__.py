"""The office's ORCID desk in the Wagtail admin. The only part of the app that needs Wagtail; a site without it leaves
``orcid_workflow.desk`` out of INSTALLED_APPS.
"""
