"""A workgroup's settings hold.

The emulator lets a query name any workgroup, a disabled one too, and lets the client's output location win over an
enforced one. On AWS an enforced location is what keeps results in the lake's own bucket:
https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
"""
from ministack.services import athena


def apply() -> None:
    start = athena._start_query_execution

    def refuse(message):
        return athena.error_response_json("InvalidRequestException", message, 400)

    def start_within_workgroup(data):
        name = data.get("WorkGroup", "primary")
        workgroup = athena._workgroups.get(name)
        if workgroup is None:
            return refuse(f"WorkGroup {name} is not found.")
        if workgroup.get("State") == "DISABLED":
            return refuse(f"WorkGroup {name} is disabled.")
        settings = workgroup.get("Configuration", {})
        enforced = settings.get("EnforceWorkGroupConfiguration")
        own = data.get("ResultConfiguration") or {}
        location = None if enforced else own.get("OutputLocation")
        location = location or settings.get("ResultConfiguration", {}).get("OutputLocation")
        if location:
            # The emulator appends the query's id to the location as it stands.
            own = {**own, "OutputLocation": location.rstrip("/") + "/"}
        return start({**data, "ResultConfiguration": own})

    athena._start_query_execution = start_within_workgroup
