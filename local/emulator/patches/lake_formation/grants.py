"""The permission registry: settings of the data lake, registered locations, grants."""
import time

from ministack.core.responses import get_account_id

from .catalog import (
    EVERYBODY, Refused, check_principal, grants, invalid, locations, not_found, page, principal_of,
    required, resource_of, settings, text_of,
)

# https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
_TABLE = {"ALL", "ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"}
_DATABASE = {"ALL", "ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"}
_ALLOWED = {
    "Catalog": {"ALL", "ALTER", "CREATE_CATALOG", "CREATE_DATABASE", "CREATE_LF_TAG", "DESCRIBE", "DROP"},
    "Database": _DATABASE,
    "Table": _TABLE,
    "DataLocation": {"DATA_LOCATION_ACCESS"},
    "LFTag": {"ALL", "ALTER", "ASSOCIATE", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"},
    "DataCellsFilter": {"DESCRIBE", "DROP", "SELECT"},
}
_TYPES = {
    "CATALOG": {"Catalog"},
    "DATABASE": {"Database"},
    "TABLE": {"Table", "TableWithColumns"},
    "DATA_LOCATION": {"DataLocation"},
    "LF_TAG": {"LFTag"},
    "LF_TAG_POLICY": {"LFTagPolicy"},
    "LF_TAG_POLICY_DATABASE": {"LFTagPolicy"},
    "LF_TAG_POLICY_TABLE": {"LFTagPolicy"},
}
_DEFAULT = [{"Principal": {"DataLakePrincipalIdentifier": EVERYBODY}, "Permissions": ["ALL"]}]


def _initial_settings() -> dict:
    """https://docs.aws.amazon.com/lake-formation/latest/dg/initial-lf-config.html#setup-change-cat-settings"""
    return {
        "DataLakeAdmins": [],
        "ReadOnlyAdmins": [],
        "CreateDatabaseDefaultPermissions": _DEFAULT,
        "CreateTableDefaultPermissions": _DEFAULT,
        "Parameters": {"CROSS_ACCOUNT_VERSION": "1", "SET_CONTEXT": "TRUE"},
        "TrustedResourceOwners": [],
        "AllowExternalDataFiltering": False,
        "AllowFullTableExternalDataAccess": False,
        "ExternalDataFilteringAllowList": [],
        "AuthorizedSessionTagValueList": [],
    }


def settings_of(catalog: str) -> dict:
    return settings.get(catalog) or _initial_settings()


def get_data_lake_settings(data: dict) -> dict:
    return {"DataLakeSettings": settings_of(data.get("CatalogId") or get_account_id())}


def put_data_lake_settings(data: dict) -> dict:
    given = required(data, "DataLakeSettings")
    initial = _initial_settings()
    unknown = sorted(set(given) - set(initial))
    if unknown:
        raise invalid(f"DataLakeSettings has no {unknown}.")
    for name in ("DataLakeAdmins", "ReadOnlyAdmins", "ExternalDataFilteringAllowList"):
        for principal in given.get(name) or []:
            check_principal(required(principal, "DataLakePrincipalIdentifier"))
    for name, allowed in (("CreateDatabaseDefaultPermissions", _DATABASE), ("CreateTableDefaultPermissions", _TABLE)):
        for permission in given.get(name) or []:
            principal_of(permission)
            _check(permission.get("Permissions") or [], allowed, name)
    # The whole is replaced: what is not given is empty afterwards.
    empty = {**{name: type(value)() for name, value in initial.items()}, "Parameters": initial["Parameters"]}
    parameters = {**initial["Parameters"], **(given.get("Parameters") or {})}
    replaced = {**empty, **{name: value for name, value in given.items() if value is not None}}
    settings[data.get("CatalogId") or get_account_id()] = {**replaced, "Parameters": parameters}
    return {}


def register_resource(data: dict) -> dict:
    arn = required(data, "ResourceArn")
    if not arn.startswith("arn:") or ":s3:::" not in arn:
        raise invalid(f"{arn} is not the ARN of an Amazon S3 location.")
    if arn in locations:
        raise Refused("AlreadyExistsException", f"Resource {arn} is already registered.")
    role = data.get("RoleArn")
    if bool(role) == bool(data.get("UseServiceLinkedRole")):
        raise invalid("Either RoleArn or UseServiceLinkedRole must be given, and not both.")
    service_linked = (
        f"arn:aws:iam::{get_account_id()}:role/aws-service-role/lakeformation.amazonaws.com/"
        "AWSServiceRoleForLakeFormationDataAccess"
    )
    if role:
        check_principal(role)
    locations[arn] = {
        "ResourceArn": arn,
        "RoleArn": role or service_linked,
        "LastModified": int(time.time()),
        "WithFederation": bool(data.get("WithFederation")),
        "HybridAccessEnabled": bool(data.get("HybridAccessEnabled")),
        "WithPrivilegedAccess": bool(data.get("WithPrivilegedAccess")),
    }
    return {}


def _registered(data: dict) -> dict:
    arn = required(data, "ResourceArn")
    if arn not in locations:
        raise not_found(f"Resource {arn} is not registered.")
    return locations[arn]


def update_resource(data: dict) -> dict:
    info = dict(_registered(data))
    check_principal(required(data, "RoleArn"))
    for name in ("RoleArn", "WithFederation", "HybridAccessEnabled"):
        if data.get(name) is not None:
            info[name] = data[name]
    locations[info["ResourceArn"]] = {**info, "LastModified": int(time.time())}
    return {}


def deregister_resource(data: dict) -> dict:
    del locations[_registered(data)["ResourceArn"]]
    return {}


def describe_resource(data: dict) -> dict:
    return {"ResourceInfo": _registered(data)}


def list_resources(data: dict) -> dict:
    found, more = page(sorted(locations.values(), key=lambda info: info["ResourceArn"]), data)
    return {"ResourceInfoList": found, **more}


def _check(permissions: list, allowed: set, what: str) -> None:
    wrong = sorted(set(permissions) - allowed)
    if wrong:
        raise invalid(f"Permissions {wrong} are not valid for {what}; valid are {sorted(allowed)}.")


def _allowed(kind: str, named: dict) -> set:
    if kind == "TableWithColumns":
        return _TABLE if named.get("ColumnWildcard") == {} else {"SELECT"}
    if kind == "LFTagPolicy":
        return _DATABASE if named["ResourceType"] == "DATABASE" else _TABLE
    return _ALLOWED[kind]


def _parts(data: dict) -> list[tuple]:
    """The grants that a request names: SELECT on a table is one on all its columns, as ListPermissions shows it."""
    kind, named = resource_of(required(data, "Resource"))
    permissions = set(required(data, "Permissions"))
    grantable = set(data.get("PermissionsWithGrantOption") or [])
    _check(sorted(permissions | grantable), _allowed(kind, named), kind)
    if kind != "Table" or "TableWildcard" in named:
        return [(kind, named, permissions, grantable)]
    columns = {**named, "ColumnWildcard": {}}
    parts = [
        (kind, named, permissions - {"SELECT"}, grantable - {"SELECT"}),
        ("TableWithColumns", columns, permissions & {"SELECT"}, grantable & {"SELECT"}),
    ]
    return [part for part in parts if part[2]]


def grant_permissions(data: dict) -> dict:
    principal = principal_of(data)
    if set(data.get("PermissionsWithGrantOption") or []) - set(data.get("Permissions") or []):
        raise invalid("PermissionsWithGrantOption must be a subset of Permissions.")
    for kind, named, permissions, grantable in _parts(data):
        key = text_of(principal, kind, named)
        before = grants.get(key) or {"Permissions": [], "PermissionsWithGrantOption": []}
        grants[key] = {
            "Principal": {"DataLakePrincipalIdentifier": principal},
            "Resource": {kind: named},
            "Permissions": sorted(permissions | set(before["Permissions"])),
            "PermissionsWithGrantOption": sorted(grantable | set(before["PermissionsWithGrantOption"])),
            "LastUpdated": int(time.time()),
        }
    return {}


def revoke_permissions(data: dict) -> dict:
    principal = principal_of(data)
    parts = _parts(data)
    for kind, named, permissions, _ in parts:
        held = set((grants.get(text_of(principal, kind, named)) or {}).get("Permissions", []))
        if permissions - held:
            raise invalid(f"No permissions revoked. Grantee does not have: {sorted(permissions - held)}")
    for kind, named, permissions, grantable in parts:
        key = text_of(principal, kind, named)
        entry = grants[key]
        left = set(entry["Permissions"]) - permissions
        if not left:
            del grants[key]
            continue
        passed_on = set(entry["PermissionsWithGrantOption"]) & left - grantable
        grants[key] = {**entry, "Permissions": sorted(left), "PermissionsWithGrantOption": sorted(passed_on)}
    return {}


def _batch(data: dict, act) -> dict:
    failures = []
    for entry in required(data, "Entries"):
        try:
            act(entry)
        except Refused as error:
            failures.append({
                "RequestEntry": entry,
                "Error": {"ErrorCode": error.code, "ErrorMessage": error.message},
            })
    return {"Failures": failures}


def batch_grant_permissions(data: dict) -> dict:
    return _batch(data, grant_permissions)


def batch_revoke_permissions(data: dict) -> dict:
    return _batch(data, revoke_permissions)


def _is_about(entry: dict, kind: str, named: dict) -> bool:
    (own_kind, own), = entry["Resource"].items()
    if kind == "Table" and own_kind == "TableWithColumns":
        return all(own.get(name) == named.get(name) for name in ("CatalogId", "DatabaseName", "Name"))
    return own_kind == kind and own == named


def list_permissions(data: dict) -> dict:
    found = sorted(grants.items())
    entries = [entry for _, entry in found]
    if data.get("Principal"):
        wanted = required(data["Principal"], "DataLakePrincipalIdentifier")
        entries = [entry for entry in entries if entry["Principal"]["DataLakePrincipalIdentifier"] == wanted]
    if data.get("ResourceType"):
        if data["ResourceType"] not in _TYPES:
            raise invalid(f"ResourceType {data['ResourceType']} is none of {sorted(_TYPES)}.")
        entries = [entry for entry in entries if set(entry["Resource"]) <= _TYPES[data["ResourceType"]]]
    if data.get("Resource"):
        kind, named = resource_of(data["Resource"])
        entries = [entry for entry in entries if _is_about(entry, kind, named)]
    entries, more = page(entries, data)
    return {"PrincipalResourcePermissions": entries, **more}


def grant_defaults(kind: str, named: dict, permissions: list) -> None:
    """What everybody gets of a new database or table."""
    for permission in permissions:
        if permission.get("Permissions"):
            grant_permissions({**permission, "Resource": {kind: named}})


def forget(database: str, table: str | None) -> None:
    """Takes the grants on what is gone."""
    for key, entry in list(grants.items()):
        (_, own), = entry["Resource"].items()
        names = own.get("DatabaseName") or own.get("Name"), own.get("TableName") or own.get("Name")
        if set(entry["Resource"]) <= {"Catalog", "DataLocation", "LFTag", "LFTagPolicy"} or names[0] != database:
            continue
        if table is None or ("Database" not in entry["Resource"] and names[1] == table):
            del grants[key]
