"""What an administrator types about calendars."""
