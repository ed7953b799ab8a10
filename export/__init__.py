"""Trained models as files that play without torch.

From 1.31 on, onnxruntime gives the machine a number, notes in the user's cache folder what it ran,
and may send that on. Nothing is to be sent anywhere: it is told so here, before it is imported.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
