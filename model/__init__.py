"""What a roll is, what the generator is, and how it learns."""
