"""What the guidance says: editions, provisions, duties and legislation, in our own words."""
