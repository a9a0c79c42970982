"""Glue keeps the settings of what it makes.

The emulator drops a database's default permissions, a crawler's use of Lake Formation and the tags of connections and
crawlers, and has neither UpdateConnection nor the encryption settings of the catalog:
https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html
"""
import json
import time

from ministack.core.responses import AccountRegionScopedDict, get_account_id
from ministack.services import glue

from .glue_actions import after

_encryption = AccountRegionScopedDict()
_DEFAULTS = "CreateTableDefaultPermissions"
_CRAWLER = "LakeFormationConfiguration"
_UNENCRYPTED = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}


def _update_connection(data):
    name = data.get("Name")
    before = glue._connections.get(name)
    if before is None:
        return glue.error_response_json("EntityNotFoundException", f"Connection {name} not found", 400)
    made = {"Name": name, "CreationTime": before["CreationTime"], "LastUpdatedTime": int(time.time())}
    glue._connections[name] = {**data.get("ConnectionInput", {}), **made}
    return glue.json_response({})


def _put_encryption(data):
    given = data.get("DataCatalogEncryptionSettings")
    if not given:
        return glue.error_response_json("InvalidInputException", "DataCatalogEncryptionSettings is required", 400)
    _encryption[data.get("CatalogId") or get_account_id()] = {**_UNENCRYPTED, **given}
    return glue.json_response({})


def _get_encryption(data):
    own = _encryption.get(data.get("CatalogId") or get_account_id()) or _UNENCRYPTED
    return glue.json_response({"DataCatalogEncryptionSettings": own})


_ADDED = {
    "UpdateConnection": _update_connection,
    "PutDataCatalogEncryptionSettings": _put_encryption,
    "GetDataCatalogEncryptionSettings": _get_encryption,
}


def _keep_defaults(data) -> None:
    given = data["DatabaseInput"]
    if given.get(_DEFAULTS) is not None:
        glue._databases[data.get("Name") or given["Name"]][_DEFAULTS] = given[_DEFAULTS]


def _keep_lake(data) -> None:
    if data.get(_CRAWLER) is not None:
        glue._crawlers[data["Name"]][_CRAWLER] = data[_CRAWLER]


def _tag(kind: str, name: str, tags: dict | None) -> None:
    if tags:
        glue._tags[glue._arn(kind, name)] = dict(tags)
    else:
        glue._tags.pop(glue._arn(kind, name), None)


def _refuse_second_connection() -> None:
    create = glue._create_connection

    def create_once(data):
        name = data.get("ConnectionInput", {}).get("Name")
        if name in glue._connections:
            return glue.error_response_json("AlreadyExistsException", f"Connection {name} already exists", 400)
        return create(data)

    glue._create_connection = create_once


def apply() -> None:
    glue._ALL_STATE["catalog_encryption"] = _encryption
    handle = glue._handle_request_sync

    def handle_more(method, path, headers, body, query_params):
        added = _ADDED.get(headers.get("x-amz-target", "").split(".")[-1])
        return added(json.loads(body or b"{}")) if added else handle(method, path, headers, body, query_params)

    glue._handle_request_sync = handle_more
    _refuse_second_connection()
    after("_create_database", _keep_defaults)
    after("_update_database", _keep_defaults)
    after("_create_crawler", _keep_lake)
    after("_update_crawler", _keep_lake)
    after("_create_crawler", lambda data: _tag("crawler", data["Name"], data.get("Tags")))
    after("_delete_crawler", lambda data: _tag("crawler", data["Name"], None))
    after("_create_connection", lambda data: _tag("connection", data["ConnectionInput"]["Name"], data.get("Tags")))
    after("_delete_connection", lambda data: _tag("connection", data["ConnectionName"], None))
