"""What people type on the screens of a complaint, read and checked before a verb hears of it."""
