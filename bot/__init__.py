"""证辨: tells a real vocational certificate from a fake one."""

__version__ = "0.1.0"
