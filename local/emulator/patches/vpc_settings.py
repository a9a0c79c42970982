"""A VPC's endpoints, flow logs and security group rules keep all their settings.

The emulator drops an endpoint's policy, security groups and private DNS, a flow log's role, format, interval and
tags, the prefix list of a new rule, and the group that a changed rule refers to. The policy is what keeps a network's
requests to the lake's own buckets: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""
import json
import re
from xml.sax.saxutils import escape

from ministack.services import ec2

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
_OPEN = json.dumps({
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
})
_FLOW_LOG = {
    "DeliverLogsPermissionArn": "deliverLogsPermissionArn",
    "LogFormat": "logFormat",
    "MaxAggregationInterval": "maxAggregationInterval",
}


def _endpoint_xml(endpoint: dict) -> str:
    groups = "".join(f"<item><groupId>{group}</groupId></item>" for group in endpoint.get("SecurityGroupIds", []))
    return (
        f"<policyDocument>{escape(endpoint.get('PolicyDocument') or _OPEN)}</policyDocument>"
        f"<groupSet>{groups}</groupSet>"
        f"<privateDnsEnabled>{str(endpoint.get('PrivateDnsEnabled', False)).lower()}</privateDnsEnabled>"
    )


def _change(endpoint: dict, params: dict, added: str, removed: str) -> None:
    kept = set(endpoint.get("SecurityGroupIds", [])) - set(ec2._parse_member_list(params, removed))
    endpoint["SecurityGroupIds"] = sorted(kept | set(ec2._parse_member_list(params, added)))
    if ec2._p(params, "PrivateDnsEnabled"):
        endpoint["PrivateDnsEnabled"] = ec2._p(params, "PrivateDnsEnabled") == "true"
    if ec2._p(params, "PolicyDocument"):
        endpoint["PolicyDocument"] = ec2._p(params, "PolicyDocument")


def _endpoints() -> None:
    fields, create, modify = ec2._vpce_fields_xml, ec2._create_vpc_endpoint, ec2._modify_vpc_endpoint

    def fields_with_settings(endpoint, tag="item"):
        return fields(endpoint, tag).removesuffix(f"</{tag}>") + _endpoint_xml(endpoint) + f"</{tag}>"

    def create_with_settings(params):
        answer = create(params)
        found = re.search(rb"<vpcEndpointId>([^<]+)<", answer[2])
        if found is None:
            return answer
        endpoint = ec2._vpc_endpoints[found[1].decode()]
        _change(endpoint, params, "SecurityGroupId", "")
        # On AWS it is on unless the request says otherwise:
        # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
        endpoint.setdefault("PrivateDnsEnabled", endpoint["VpcEndpointType"] == "Interface")
        return ec2._xml(200, "CreateVpcEndpointResponse", fields_with_settings(endpoint, tag="vpcEndpoint"))

    def modify_with_settings(params):
        answer = modify(params)
        endpoint = ec2._vpc_endpoints.get(ec2._p(params, "VpcEndpointId"))
        if endpoint is not None:
            _change(endpoint, params, "AddSecurityGroupId", "RemoveSecurityGroupId")
            if ec2._p(params, "ResetPolicy") == "true":
                endpoint.pop("PolicyDocument", None)
        return answer

    ec2._vpce_fields_xml = fields_with_settings
    ec2._ACTION_MAP.update(CreateVpcEndpoint=create_with_settings, ModifyVpcEndpoint=modify_with_settings)


def _flow_logs() -> None:
    create, describe = ec2._create_flow_logs, ec2._describe_flow_logs

    def create_with_settings(params):
        answer = create(params)
        for found in re.findall(rb"<item>(fl-[^<]+)<", answer[2]):
            own = {name: ec2._p(params, name) for name in _FLOW_LOG}
            own["MaxAggregationInterval"] = own["MaxAggregationInterval"] or "600"
            ec2._flow_logs[found.decode()].update(own)
            ec2._parse_tag_specs(params, "vpc-flow-log", found.decode())
        return answer

    def describe_with_settings(params):
        status, headers, body = describe(params)

        def with_settings(found: re.Match) -> str:
            own = ec2._flow_logs[found[1]]
            return found[0] + "".join(
                f"<{tag}>{escape(own[name])}</{tag}>" for name, tag in _FLOW_LOG.items() if own.get(name)
            )

        text = re.sub(r"<flowLogId>([^<]+)</flowLogId>", with_settings, body.decode())
        return status, headers, text.encode()

    ec2._ACTION_MAP.update(CreateFlowLogs=create_with_settings, DescribeFlowLogs=describe_with_settings)


def _prefix_lists(params: dict, prefix: str) -> list[dict]:
    found = []
    while name := ec2._p(params, f"{prefix}.{len(found) + 1}.PrefixListId"):
        description = ec2._p(params, f"{prefix}.{len(found) + 1}.Description")
        found.append({"PrefixListId": name, **({"Description": description} if description else {})})
    return found


def _rules() -> None:
    parse, rule_xml, modify = ec2._parse_ip_permissions, ec2._sg_rule_xml, ec2._modify_security_group_rules

    def parse_with_prefix_lists(params, prefix):
        rules = parse(params, prefix)
        for index, rule in enumerate(rules, start=1):
            rule["PrefixListIds"] = _prefix_lists(params, f"{prefix}.{index}.PrefixListIds") or rule["PrefixListIds"]
        return rules

    def rule_xml_with_prefix_list(group, rule, is_egress=False):
        text = rule_xml(group, rule, is_egress)
        lists = rule.get("PrefixListIds") or []
        found = "".join(f"<prefixListId>{entry['PrefixListId']}</prefixListId>" for entry in lists)
        return text.removesuffix("</item>") + found + "</item>" if found else text

    def modify_with_group(params):
        named = {
            re.sub(r"ReferencedGroupId$", "ReferencedGroupInfo.GroupId", name): value for name, value in params.items()
        }
        return modify(named)

    ec2._parse_ip_permissions = parse_with_prefix_lists
    ec2._sg_rule_xml = rule_xml_with_prefix_list
    ec2._ACTION_MAP["ModifySecurityGroupRules"] = modify_with_group


def apply() -> None:
    _endpoints()
    _rules()
    _flow_logs()
