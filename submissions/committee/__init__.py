"""The committee's way in: invitations by signed link, the member's page, decisions."""
