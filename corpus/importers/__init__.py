"""One importer for each format; each gives the pieces of a document in reading order."""
