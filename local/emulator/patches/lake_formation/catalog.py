"""What Lake Formation keeps, and how it names what permissions and tags are about."""
import json

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import AccountRegionScopedDict, get_account_id
from ministack.services import glue, iam

settings = AccountRegionScopedDict()  # catalog id -> DataLakeSettings
locations = AccountRegionScopedDict()  # ARN -> ResourceInfo
grants = AccountRegionScopedDict()  # [principal, resource] as text -> PrincipalResourcePermissions
tags = AccountRegionScopedDict()  # [catalog, key] as text -> LFTag
tagged = AccountRegionScopedDict()  # resource as text -> {tag key: value}
filters = AccountRegionScopedDict()  # [catalog, database, table, name] as text -> DataCellsFilter

STATE = {
    "settings": settings,
    "locations": locations,
    "grants": grants,
    "tags": tags,
    "tagged": tagged,
    "filters": filters,
}

EVERYBODY = "IAM_ALLOWED_PRINCIPALS"


class Refused(Exception):
    """An answer that is an error, with AWS's name for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refused:
    return Refused("InvalidInputException", message)


def not_found(message: str) -> Refused:
    return Refused("EntityNotFoundException", message)


def required(data: dict, name: str):
    value = data.get(name)
    if value is None or value == "" or value == []:
        raise invalid(f"{name} is required.")
    return value


def text_of(*parts) -> str:
    """A key for a store: the same parts give the same text."""
    return json.dumps(parts, sort_keys=True)


def page(items: list, data: dict) -> tuple[list, dict]:
    """One page of a list, and the token for the next one where there is more."""
    start = int(data.get("NextToken") or 0)
    end = start + int(data.get("MaxResults") or 1000)
    return items[start:end], {"NextToken": str(end)} if end < len(items) else {}


def principal_of(data: dict) -> str:
    """The grantee of a request. @see https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataLakePrincipal.html"""
    name = required(required(data, "Principal"), "DataLakePrincipalIdentifier")
    check_principal(name)
    return name


def check_principal(name: str) -> None:
    if name == EVERYBODY or name.isdigit() or name.endswith(":IAMPrincipals"):
        return
    try:
        spec = parse_arn(name)
    except ArnParseError:
        raise invalid(f"Invalid principal, {name}") from None
    if spec.service == "iam" and spec.account_id == get_account_id():
        kind, _, path = spec.resource.partition("/")
        known = {"role": iam._roles, "user": iam._users}.get(kind)
        if known is not None and path.rsplit("/", 1)[-1] not in known:
            raise invalid(f"Invalid principal, {name}")


def find_database(name: str) -> dict:
    if name not in glue._databases:
        raise not_found(f"Database {name} not found.")
    return glue._databases[name]


def find_table(database: str, name: str) -> dict:
    table = glue._tables.get(f"{database}/{name}")
    if table is None:
        raise not_found(f"Table {name} not found in database {database}.")
    return table


def column_names(table: dict) -> list[str]:
    columns = [*table.get("StorageDescriptor", {}).get("Columns", []), *table.get("PartitionKeys", [])]
    return [column["Name"] for column in columns]


def check_columns(table: dict, names: list[str]) -> None:
    unknown = [name for name in names if name not in column_names(table)]
    if unknown:
        raise not_found(f"Columns {unknown} not found in table {table['Name']}.")


def location_of(arn: str) -> dict:
    """The registered location that an ARN lies in."""
    for registered, info in locations.items():
        if arn == registered or arn.startswith(registered.rstrip("/") + "/"):
            return info
    raise not_found(f"Resource {arn} is not registered.")


def tag_of(catalog: str, key: str, values: list[str]) -> dict:
    tag = tags.get(text_of(catalog, key.lower()))
    if tag is None:
        raise not_found(f"Tag key {key} does not exist.")
    unknown = [value for value in values if value.lower() not in tag["TagValues"]]
    if unknown:
        raise invalid(f"Tag values {unknown} are not values of the tag key {key}.")
    return tag


def _database(own: dict) -> dict:
    find_database(required(own, "Name"))
    return {"Name": own["Name"]}


def _table(own: dict) -> dict:
    database = required(own, "DatabaseName")
    find_database(database)
    if own.get("TableWildcard") is not None:
        return {"DatabaseName": database, "TableWildcard": {}}
    find_table(database, required(own, "Name"))
    return {"DatabaseName": database, "Name": own["Name"]}


def _columns(own: dict) -> dict:
    table = find_table(required(own, "DatabaseName"), required(own, "Name"))
    named = {"DatabaseName": own["DatabaseName"], "Name": own["Name"]}
    if own.get("ColumnNames"):
        check_columns(table, own["ColumnNames"])
        return {**named, "ColumnNames": sorted(own["ColumnNames"])}
    excluded = required(own, "ColumnWildcard").get("ExcludedColumnNames") or []
    check_columns(table, excluded)
    return {**named, "ColumnWildcard": {"ExcludedColumnNames": sorted(excluded)} if excluded else {}}


def _location(own: dict) -> dict:
    location_of(required(own, "ResourceArn"))
    return {"ResourceArn": own["ResourceArn"]}


def _tag(own: dict) -> dict:
    values = required(own, "TagValues")
    catalog = own.get("CatalogId") or get_account_id()
    if values != ["*"]:
        tag_of(catalog, required(own, "TagKey"), values)
    return {"TagKey": own["TagKey"].lower(), "TagValues": sorted(value.lower() for value in values)}


def _tag_policy(own: dict) -> dict:
    if required(own, "ResourceType") not in ("DATABASE", "TABLE"):
        raise invalid(f"ResourceType {own['ResourceType']} is none of DATABASE, TABLE.")
    expression = [_tag(part) for part in required(own, "Expression")]
    return {"ResourceType": own["ResourceType"], "Expression": sorted(expression, key=lambda tag: tag["TagKey"])}


def _filter(own: dict) -> dict:
    names = ("TableCatalogId", "DatabaseName", "TableName", "Name")
    if text_of(*(required(own, name) for name in names)) not in filters:
        raise not_found(f"Data cells filter {own['Name']} not found.")
    return {name: own[name] for name in names}


_KINDS = {
    "Catalog": lambda own: {},
    "Database": _database,
    "Table": _table,
    "TableWithColumns": _columns,
    "DataLocation": _location,
    "LFTag": _tag,
    "LFTagPolicy": _tag_policy,
    "DataCellsFilter": _filter,
}


def resource_of(resource: dict) -> tuple[str, dict]:
    """Kind and canonical form of a request's resource; refuses one that does not exist."""
    kinds = [kind for kind in resource if resource[kind] is not None]
    if len(kinds) != 1 or kinds[0] not in _KINDS:
        raise invalid(f"Resource must be exactly one of {sorted(_KINDS)}, not {sorted(kinds)}.")
    kind = kinds[0]
    own = resource[kind]
    named = _KINDS[kind](own)
    if kind not in ("Catalog", "DataCellsFilter"):
        named["CatalogId"] = own.get("CatalogId") or get_account_id()
    return kind, named
