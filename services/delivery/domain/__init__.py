"""The rules of handing over: a document's way, what a software is told, what the edge looks like."""
