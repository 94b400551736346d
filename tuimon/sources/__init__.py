"""Bytes on disk to records: discovering logs, watching directories, tailing files."""
