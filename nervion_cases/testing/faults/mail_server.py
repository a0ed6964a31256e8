"""What a mail server does to us."""
