"""An RDS instance keeps its master user's secret, its logs and its certificate authority.

The emulator makes no secret for ManageMasterUserPassword of an instance (it does for a cluster's), and drops
EnableCloudwatchLogsExports, CACertificateIdentifier and changes of Performance Insights. With the secret, no password
is in a program or its state: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""
import json

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import rds, secretsmanager


def _make_secret(instance: dict, params: dict) -> None:
    secret = {"username": instance["MasterUsername"], "password": rds._generate_master_user_password()}
    instance["_MasterUserPassword"] = secret["password"]
    instance["MasterUserSecret"] = {
        "SecretArn": secretsmanager.create_secret_in_process(
            f"rds!db-{new_uuid()}",
            json.dumps(secret),
            description=f"Secret managed by RDS for DB instance {instance['DBInstanceIdentifier']}",
        ),
        "SecretStatus": "active",
        "KmsKeyId": rds._p(params, "MasterUserSecretKmsKeyId")
        or f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/secretsmanager",
    }


def _drop_secret(instance: dict) -> None:
    secret = instance.pop("MasterUserSecret", None)
    if secret is not None:
        secretsmanager.delete_secret_in_process(secret["SecretArn"])


def _settings_xml(instance: dict) -> str:
    secret = instance.get("MasterUserSecret")
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in (secret or {}).items())
    logs = "".join(f"<member>{log}</member>" for log in instance.get("EnabledCloudwatchLogsExports", []))
    return (
        (f"<MasterUserSecret>{fields}</MasterUserSecret>" if secret else "")
        + f"<EnabledCloudwatchLogsExports>{logs}</EnabledCloudwatchLogsExports>"
        + f"<PerformanceInsightsKMSKeyId>{instance.get('PerformanceInsightsKMSKeyId', '')}</PerformanceInsightsKMSKeyId>"
    )


def _refuse(message: str):
    return rds._error("InvalidParameterCombination", message, 400)


def _set(instance: dict, params: dict) -> None:
    if rds._p(params, "CACertificateIdentifier"):
        instance["CACertificateIdentifier"] = rds._p(params, "CACertificateIdentifier")
    if rds._p(params, "EnablePerformanceInsights"):
        instance["PerformanceInsightsEnabled"] = rds._p(params, "EnablePerformanceInsights") == "true"
    if rds._p(params, "PerformanceInsightsKMSKeyId"):
        instance["PerformanceInsightsKMSKeyId"] = rds._p(params, "PerformanceInsightsKMSKeyId")


def _creates(params: dict):
    is_managed = rds._p(params, "ManageMasterUserPassword") == "true"
    if is_managed and rds._p(params, "MasterUserPassword"):
        return _refuse("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
    answer = _create(params)
    instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
    if answer[0] != 200 or instance is None:
        return answer
    _set(instance, params)
    instance["EnabledCloudwatchLogsExports"] = rds._parse_member_list(params, "EnableCloudwatchLogsExports")
    if is_managed:
        _make_secret(instance, params)
    return rds._single_instance_response("CreateDBInstanceResponse", "CreateDBInstanceResult", instance)


def _modifies(params: dict):
    answer = _modify(params)
    instance = rds._resolve_instance(rds._p(params, "DBInstanceIdentifier"))
    if answer[0] != 200 or instance is None:
        return answer
    _set(instance, params)
    exports = "CloudwatchLogsExportConfiguration"
    disabled = set(rds._parse_member_list(params, f"{exports}.DisableLogTypes"))
    enabled = set(rds._parse_member_list(params, f"{exports}.EnableLogTypes"))
    instance["EnabledCloudwatchLogsExports"] = sorted(
        (set(instance.get("EnabledCloudwatchLogsExports", [])) - disabled) | enabled
    )
    managed = rds._p(params, "ManageMasterUserPassword")
    if managed == "true" and not instance.get("MasterUserSecret"):
        _make_secret(instance, params)
    elif managed == "false":
        _drop_secret(instance)
    return rds._single_instance_response("ModifyDBInstanceResponse", "ModifyDBInstanceResult", instance)


def _deletes(params: dict):
    instance = rds._resolve_instance(rds._p(params, "DBInstanceIdentifier"))
    if rds._p(params, "SkipFinalSnapshot") != "true" and not rds._p(params, "FinalDBSnapshotIdentifier"):
        return _refuse("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    answer = _delete(params)
    if answer[0] == 200 and instance is not None:
        _drop_secret(instance)
    return answer


_create, _modify, _delete = rds._create_db_instance, rds._modify_db_instance, rds._delete_db_instance


def apply() -> None:
    fields = rds._instance_xml
    rds._instance_xml = lambda instance: (
        fields(instance).replace("<EnabledCloudwatchLogsExports/>", "") + _settings_xml(instance)
    )
    rds._ACTION_MAP.update(CreateDBInstance=_creates, ModifyDBInstance=_modifies, DeleteDBInstance=_deletes)
