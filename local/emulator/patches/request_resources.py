"""IAM is asked about the thing that a request to Athena, Glue or IAM is about.

The emulator asks about ``*`` for a query by its id, where AWS asks about the query's workgroup
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html), about a table called as
the crawler, connection or database that is meant, about the database for a table
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html), and about ``*`` for a new
second factor
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
A role with the rights that AWS asks for is refused then, and one with others let in. Where AWS asks about several
things, as about catalog, database and table, the narrowest is asked about here.
"""
import json

from ministack.core import iam_actions
from ministack.services import athena

# What a request's "Name" is the name of, by the end of its operation.
_NAMED = {"Crawler": "crawler", "Connection": "connection", "Database": "database"}


def _workgroup(request: dict) -> str | None:
    ids = [request.get("QueryExecutionId"), *request.get("QueryExecutionIds", [])]
    named = [request.get("NamedQueryId"), *request.get("NamedQueryIds", [])]
    for store, keys in ((athena._executions, ids), (athena._named_queries, named)):
        for key in filter(None, keys):
            found = store.get(key)
            if found:
                return found.get("WorkGroup")
    return None


def _glue_resource(operation: str, request: dict) -> str | None:
    database = request.get("DatabaseName")
    table = request.get("TableName") or (request.get("TableInput") or {}).get("Name")
    if database:
        table = table or (request.get("Name") if operation.endswith("Table") else None)
        return f"table/{database}/{table}" if table else f"database/{database}"
    for end, kind in _NAMED.items():
        if operation.endswith(end):
            name = request.get("Name") or (request.get(f"{end}Input") or {}).get("Name")
            return f"{kind}/{name}" if name else None
    return None


def apply() -> None:
    extract = iam_actions.extract_resource_arn

    def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
        if service == "iam" and (device := iam_actions._query_param(query_params, "VirtualMFADeviceName")):
            return f"arn:aws:iam::{account_id}:mfa/{device}"
        if service in ("athena", "glue") and body:
            request = json.loads(body)
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            workgroup = _workgroup(request) if service == "athena" else None
            named = f"workgroup/{workgroup}" if workgroup else None
            if service == "glue":
                named = _glue_resource(operation, request)
            if named:
                return f"arn:aws:{service}:{region}:{account_id}:{named}"
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extract_resource_arn
