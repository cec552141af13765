"""Ontology and corpus compiled into one immutable build: graph, vectors, words, query encoder, manifest."""
