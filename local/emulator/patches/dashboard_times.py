"""The list of dashboards can be read.

Asked with the JSON protocol, as the AWS SDK for JavaScript does, the emulator writes the time of a dashboard as text
where a number must be, which the SDK refuses:
https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""
import json

from ministack.services import cloudwatch


def apply() -> None:
    list_all = cloudwatch._list_dashboards

    def list_readably(params, data, is_cbor, is_json=False):
        status, headers, body = list_all(params, data, is_cbor, is_json)
        if not is_json:
            return status, headers, body
        listed = json.loads(body)
        for entry in listed["DashboardEntries"]:
            entry["LastModified"] = cloudwatch._dashboards[entry["DashboardName"]]["LastModified"]
        return cloudwatch._json_ok(listed)

    cloudwatch._list_dashboards = list_readably
