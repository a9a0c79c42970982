"""LF-Tags, what they are attached to, and data cells filters."""
import json
import uuid

from ministack.core.responses import get_account_id

from .catalog import (
    Refused, check_columns, filters, find_table, grants, invalid, not_found, page, required, resource_of, tag_of,
    tagged, tags, text_of,
)


def _catalog(data: dict) -> str:
    return data.get("CatalogId") or get_account_id()


def create_lf_tag(data: dict) -> dict:
    # Keys and values are kept in lower case: https://docs.aws.amazon.com/lake-formation/latest/dg/lf-tag-considerations.html
    key = required(data, "TagKey").lower()
    values = [value.lower() for value in required(data, "TagValues")]
    if text_of(_catalog(data), key) in tags:
        raise invalid(f"Tag key {key} already exists.")
    if len(values) > 50:
        raise invalid("At most 50 values can be given at once.")
    tags[text_of(_catalog(data), key)] = {"CatalogId": _catalog(data), "TagKey": key, "TagValues": values}
    return {}


def get_lf_tag(data: dict) -> dict:
    return tag_of(_catalog(data), required(data, "TagKey"), [])


def update_lf_tag(data: dict) -> dict:
    tag = tag_of(_catalog(data), required(data, "TagKey"), [])
    gone = {value.lower() for value in data.get("TagValuesToDelete") or []}
    if any(own.get(tag["TagKey"]) in gone for own in tagged.values()):
        raise invalid("Update not allowed: the value is attached to a resource.")
    kept = [value for value in tag["TagValues"] if value not in gone]
    added = [value.lower() for value in data.get("TagValuesToAdd") or []]
    values = [*kept, *(value for value in added if value not in kept)]
    tags[text_of(_catalog(data), tag["TagKey"])] = {**tag, "TagValues": values}
    return {}


def delete_lf_tag(data: dict) -> dict:
    key = tag_of(_catalog(data), required(data, "TagKey"), [])["TagKey"]
    for resource, own in list(tagged.items()):
        tagged[resource] = {name: value for name, value in own.items() if name != key}
    for name, entry in list(grants.items()):
        about = entry["Resource"].get("LFTag") or {}
        expression = (entry["Resource"].get("LFTagPolicy") or {}).get("Expression", [])
        if about.get("TagKey") == key or any(part["TagKey"] == key for part in expression):
            del grants[name]
    del tags[text_of(_catalog(data), key)]
    return {}


def list_lf_tags(data: dict) -> dict:
    found, more = page(sorted(tags.values(), key=lambda tag: tag["TagKey"]), data)
    return {"LFTags": found, **more}


def _targets(data: dict) -> list[str]:
    """What a request tags: a database, a table, or columns one by one."""
    kind, named = resource_of(required(data, "Resource"))
    if kind == "Database":
        return [text_of(named["Name"])]
    if kind == "Table" and "Name" in named:
        return [text_of(named["DatabaseName"], named["Name"])]
    if kind == "TableWithColumns" and "ColumnNames" in named:
        return [text_of(named["DatabaseName"], named["Name"], column) for column in named["ColumnNames"]]
    raise invalid(f"LF-Tags are attached to a database, a table or named columns, not to {kind}.")


def _each_tag(data: dict, act) -> dict:
    failures = []
    for pair in required(data, "LFTags"):
        try:
            values = required(pair, "TagValues")
            if len(values) != 1:
                raise invalid("A resource has one value of an LF-Tag.")
            tag_of(_catalog(pair), required(pair, "TagKey"), values)
            act(pair["TagKey"].lower(), values[0].lower())
        except Refused as error:
            failures.append({"LFTag": pair, "Error": {"ErrorCode": error.code, "ErrorMessage": error.message}})
    return {"Failures": failures}


def add_lf_tags_to_resource(data: dict) -> dict:
    targets = _targets(data)

    def add(key: str, value: str) -> None:
        for target in targets:
            tagged[target] = {**(tagged.get(target) or {}), key: value}

    return _each_tag(data, add)


def remove_lf_tags_from_resource(data: dict) -> dict:
    targets = _targets(data)

    def remove(key: str, value: str) -> None:
        if any((tagged.get(target) or {}).get(key) != value for target in targets):
            raise not_found(f"The resource does not have the LF-Tag {key} with the value {value}.")
        for target in targets:
            tagged[target] = {name: own for name, own in tagged[target].items() if name != key}

    return _each_tag(data, remove)


def _pairs(own: dict) -> list[dict]:
    return [{"CatalogId": get_account_id(), "TagKey": key, "TagValues": [own[key]]} for key in sorted(own)]


def get_resource_lf_tags(data: dict) -> dict:
    kind, named = resource_of(required(data, "Resource"))
    is_own = bool(data.get("ShowAssignedLFTags"))
    database = named.get("DatabaseName") or named.get("Name")
    on_database = tagged.get(text_of(database)) or {}
    if kind == "Database":
        return {"LFTagOnDatabase": _pairs(on_database)}
    table = find_table(database, required(named, "Name"))
    # A table has its database's tags, and a column its table's, unless they are given another value:
    # https://docs.aws.amazon.com/lake-formation/latest/dg/lf-tag-considerations.html
    on_table = {**({} if is_own else on_database), **(tagged.get(text_of(database, named["Name"])) or {})}
    columns = named.get("ColumnNames") or [
        column["Name"] for column in table.get("StorageDescriptor", {}).get("Columns", [])
    ]
    on_columns = []
    for column in columns:
        own = tagged.get(text_of(database, named["Name"], column)) or {}
        shown = {**({} if is_own else on_table), **own}
        if shown:
            on_columns.append({"Name": column, "LFTags": _pairs(shown)})
    return {
        "LFTagOnDatabase": _pairs(on_database),
        "LFTagsOnTable": _pairs(on_table),
        "LFTagsOnColumns": on_columns,
    }


def _filter_key(data: dict) -> str:
    return text_of(*(required(data, name) for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")))


def _checked_filter(data: dict) -> dict:
    own = required(data, "TableData")
    table = find_table(required(own, "DatabaseName"), required(own, "TableName"))
    rows = required(own, "RowFilter")
    if (rows.get("AllRowsWildcard") is None) == (not rows.get("FilterExpression")):
        raise invalid("RowFilter must have either FilterExpression or AllRowsWildcard.")
    wildcard = own.get("ColumnWildcard")
    if bool(own.get("ColumnNames")) == (wildcard is not None):
        raise invalid("Either ColumnNames or ColumnWildcard must be given, and not both.")
    check_columns(table, own.get("ColumnNames") or (wildcard or {}).get("ExcludedColumnNames") or [])
    return {**own, "VersionId": str(uuid.uuid4())}


def create_data_cells_filter(data: dict) -> dict:
    made = _checked_filter(data)
    if _filter_key(made) in filters:
        raise Refused("AlreadyExistsException", f"Data cells filter {made['Name']} already exists.")
    filters[_filter_key(made)] = made
    return {}


def _found_filter(data: dict) -> str:
    key = _filter_key(data)
    if key not in filters:
        raise not_found(f"Data cells filter {data['Name']} not found.")
    return key


def update_data_cells_filter(data: dict) -> dict:
    key = _found_filter(required(data, "TableData"))
    filters[key] = _checked_filter(data)
    return {}


def get_data_cells_filter(data: dict) -> dict:
    return {"DataCellsFilter": filters[_found_filter(data)]}


def delete_data_cells_filter(data: dict) -> dict:
    del filters[_found_filter(data)]
    return {}


def list_data_cells_filter(data: dict) -> dict:
    wanted = data.get("Table") or {}
    found = [
        own for _, own in sorted(filters.items())
        if wanted.get("DatabaseName") in (None, own["DatabaseName"]) and wanted.get("Name") in (None, own["TableName"])
    ]
    found, more = page(found, data)
    return {"DataCellsFilters": found, **more}


def forget(database: str, table: str | None) -> None:
    """Takes tags and filters of what is gone."""
    for store in (tagged, filters):
        for key in list(store):
            if _is_of(key, store is filters, database, table):
                del store[key]


def _is_of(key: str, is_filter: bool, database: str, table: str | None) -> bool:
    parts = json.loads(key)[1 if is_filter else 0:]
    return parts[0] == database and (table is None or (len(parts) > 1 and parts[1] == table))
