"""Athena's result file lies where GetQueryExecution says it does.

The emulator reports ``<prefix>/<id>.csv`` and writes ``<prefix>/<id>.csv/<id>.csv``: a program that follows the
reported location, as it must on AWS, finds nothing.
"""
from ministack.services import athena


def apply() -> None:
    save = athena._save_query_results

    async def save_where_reported(query_id):
        result = athena._executions[query_id]["ResultConfiguration"]
        reported = result["OutputLocation"]
        result["OutputLocation"] = reported.rsplit("/", 1)[0] + "/"
        try:
            await save(query_id)
        finally:
            result["OutputLocation"] = reported

    athena._save_query_results = save_where_reported
