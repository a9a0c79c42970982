"""Gaps of the emulator that would hide a fault of the lake, closed from outside.

Each module of ``ALL`` states the gap, closes it in ``apply()``, and has a test (tests/local/patches*.test.ts) that
runs the emulator without it and fails once a newer version has closed the gap itself. The modules use private names of
the version that requirements.txt pins.
"""
from . import (
    athena_results, athena_workgroups, dashboard_times, events_bus_policy, events_delivery, glue_settings,
    lake_formation, policy_variables, queue_urls, rds_instances, request_resources, s3_event_version,
    simulator_context, vpc_settings,
)

ALL = {
    "athena-results": athena_results,
    "athena-workgroups": athena_workgroups,
    "dashboard-times": dashboard_times,
    "events-bus-policy": events_bus_policy,
    "events-delivery": events_delivery,
    "glue-settings": glue_settings,
    "lake-formation": lake_formation,
    "policy-variables": policy_variables,
    "queue-urls": queue_urls,
    "rds-instances": rds_instances,
    "request-resources": request_resources,
    "s3-event-version": s3_event_version,
    "simulator-context": simulator_context,
    "vpc-settings": vpc_settings,
}
