"""Lake Formation, which the emulator does not have: the first call of it stalls everybody for four seconds.

This is the service's registry: settings, registered locations, grants, LF-Tags and data cells filters, kept and
refused as the API says (https://docs.aws.amazon.com/lake-formation/latest/APIReference/Welcome.html). A new database
or table gets the grants that the settings say. It is a registry only: no query is stopped by it, and everybody whom
IAM lets call the API may grant and revoke.
"""
import copy
import json
import types

from botocore import xform_name
from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json, get_account_id, json_response
from ministack.services import glue

from ..glue_actions import after
from . import catalog, grants, tags

NAME = "lakeformation"
JSON = "application/json"
_DEFAULTS = "CreateTableDefaultPermissions"

_OPERATIONS = {
    name: getattr(module, xform_name(name))
    for module, names in (
        (
            grants,
            "GetDataLakeSettings PutDataLakeSettings RegisterResource UpdateResource DeregisterResource "
            "DescribeResource ListResources GrantPermissions RevokePermissions BatchGrantPermissions "
            "BatchRevokePermissions ListPermissions",
        ),
        (
            tags,
            "CreateLFTag GetLFTag UpdateLFTag DeleteLFTag ListLFTags AddLFTagsToResource RemoveLFTagsFromResource "
            "GetResourceLFTags CreateDataCellsFilter UpdateDataCellsFilter GetDataCellsFilter "
            "DeleteDataCellsFilter ListDataCellsFilter",
        ),
    )
    for name in names.split()
}


async def handle_request(method, path, headers, body, query_params):
    operation = _OPERATIONS.get(path.strip("/"))
    if operation is None:
        return error_response_json("UnknownOperationException", f"{path} is not served.", 404, content_type=JSON)
    try:
        return json_response(operation(json.loads(body or b"{}")), content_type=JSON)
    except catalog.Refused as error:
        return error_response_json(error.code, error.message, 400, message_key="Message", content_type=JSON)


def get_state() -> dict:
    return copy.deepcopy(catalog.STATE)


def load_persisted_state(data: dict) -> None:
    for name, store in catalog.STATE.items():
        store.clear()
        store.update(data.get(name, {}))


def reset() -> None:
    for store in catalog.STATE.values():
        store.clear()


def apply() -> None:
    service = types.ModuleType(NAME)
    for function in (handle_request, get_state, load_persisted_state, reset):
        setattr(service, function.__name__, function)
    app._loaded_modules[NAME] = service
    app._state_map[NAME] = NAME
    app.SERVICE_HANDLERS[NAME] = handle_request
    router.SERVICE_PATTERNS[NAME] = {"host_patterns": [r"lakeformation\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[NAME] = NAME
    iam_actions._BOTOCORE_SERVICE_MAP[NAME] = [NAME]
    _follow_catalog()


def _follow_catalog() -> None:
    """Grants the defaults of what Glue makes, and forgets what it deletes."""
    def made_database(data):
        name = data["DatabaseInput"]["Name"]
        own = grants.settings_of(get_account_id())
        glue._databases[name].setdefault(_DEFAULTS, own[_DEFAULTS])
        grants.grant_defaults("Database", {"Name": name}, own["CreateDatabaseDefaultPermissions"])

    def made_table(data):
        database = data["DatabaseName"]
        named = {"DatabaseName": database, "Name": data["TableInput"]["Name"]}
        grants.grant_defaults("Table", named, catalog.find_database(database).get(_DEFAULTS) or [])

    def forget(database, table):
        grants.forget(database, table)
        tags.forget(database, table)

    def deleted_tables(data):
        for name in data.get("TablesToDelete", []):
            if f"{data['DatabaseName']}/{name}" not in glue._tables:
                forget(data["DatabaseName"], name)

    after("_create_database", made_database)
    after("_create_table", made_table)
    after("_delete_database", lambda data: forget(data["Name"], None))
    after("_delete_table", lambda data: forget(data["DatabaseName"], data["Name"]))
    after("_batch_delete_table", deleted_tables)
