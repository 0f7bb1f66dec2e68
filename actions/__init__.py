"""Custom actions: read the tracker, ask the core, speak. One per file."""
