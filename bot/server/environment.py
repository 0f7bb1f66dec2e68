"""Environment of the process, to be set before Rasa and Sanic are imported. Existing values win."""

from __future__ import annotations

import os

#: The body limit lies a little above the channels' own (16 KiB), whose answer is friendlier.
DEFAULTS = {
    "SANIC_REQUEST_MAX_SIZE": "20480",
    "SANIC_REQUEST_MAX_HEADER_SIZE": "8192",
    "SANIC_REQUEST_TIMEOUT": "10",
    "SANIC_RESPONSE_TIMEOUT": "65",
    "SANIC_ACCESS_LOG": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "RASA_TELEMETRY_ENABLED": "false",
}


def prepare() -> None:
    """Set what is not set."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
