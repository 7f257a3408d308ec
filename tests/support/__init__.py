"""What several test modules use: sample books, spoiled copies, a browser."""
