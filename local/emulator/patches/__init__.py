"""Gaps of the emulator that would hide a fault of the lake, closed from outside.

Each module states the gap, closes it in ``apply()``, and has a test (tests/local/patches.test.ts) that runs the
emulator without it and fails once a newer version has closed the gap itself. The modules use private names of the
version that requirements.txt pins.
"""
from . import athena_results, athena_workgroups, events_delivery, s3_event_version

ALL = {
    "athena-results": athena_results,
    "athena-workgroups": athena_workgroups,
    "events-delivery": events_delivery,
    "s3-event-version": s3_event_version,
}
