"""What tests are made of: actors, builders, and the real servers that they need."""
