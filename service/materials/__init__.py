"""Materials for trainers, made from a build and from nothing else: one neutral document, one writer for each format."""
