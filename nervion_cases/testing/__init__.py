"""What the tests of every room share: the servers, the cast, situations lived with the real verbs, the house rules."""
