/** What looks like an ACL or a policy document in the declarations of @pulumi/aws and is none, by reason. */

/** Reason → `type path` of each property, or a bare property name where every property of that name is meant. */
export type Exclusions = Readonly<Record<string, readonly string[]>>;

/** Not an S3 ACL that can name a public group. */
export const ACL_EXCLUSIONS: Exclusions = {
  "Athena takes BUCKET_OWNER_FULL_CONTROL and nothing else": [
    "aws:athena/database:Database aclConfiguration",
    "aws:athena/database:Database aclConfiguration.s3AclOption",
    "aws:athena/workgroup:Workgroup configuration.resultConfiguration.aclConfiguration",
    "aws:athena/workgroup:Workgroup configuration.resultConfiguration.aclConfiguration.s3AclOption",
  ],
  "rules of a network": [
    "aws:finspace/kxEnvironment:KxEnvironment transitGatewayConfiguration.attachmentNetworkAclConfigurations",
  ],
  "a grant of a KMS key, to an ARN": ["granteePrincipal"],
  "S3 Access Grants name IAM identities and directory users; they have no public group": [
    "aws:s3control/accessGrant:AccessGrant grantee",
    "aws:s3control/accessGrant:AccessGrant grantee.granteeIdentifier",
    "aws:s3control/accessGrant:AccessGrant grantee.granteeType",
  ],
  "says whether ACLs are in effect, and is none": [
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls rule.objectOwnership",
  ],
};

/** Not a policy document of IAM's grammar that grants something. */
export const DOCUMENT_EXCLUSIONS: Exclusions = {
  "one of a few words, or the name of a policy": [
    "actionFailurePolicy",
    "alpnPolicy",
    "autoImportPolicy",
    "dataDeletionPolicy",
    "deletePropagationPolicy",
    "dnsPolicy",
    "dnsRecordClientRoutingPolicy",
    "excessCapacityTerminationPolicy",
    "gameServerProtectionPolicy",
    "httpsPolicy",
    "imagePullPolicy",
    "languageSelectionPolicy",
    "newGameSessionProtectionPolicy",
    "originProtocolPolicy",
    "paddingPolicy",
    "protocolPolicy",
    "referrerPolicy",
    "routingPolicy",
    "securityPolicy",
    "sizingPolicy",
    "snapshotPolicy",
    "sslPolicy",
    "streamExceptionPolicy",
    "tlsPolicy",
    "tlsSecurityPolicy",
    "userContextPolicy",
    "viewerProtocolPolicy",
    "webAppEndpointPolicy",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy defaultPolicy",
    "aws:iot/policyAttachment:PolicyAttachment policy",
    "aws:quicksight/dataSet:DataSet rowLevelPermissionDataSet.permissionPolicy",
    "aws:ses/receiptFilter:ReceiptFilter policy",
  ],
  "a name or ARN whose description speaks of a policy document": [
    "aws:dynamodb/resourcePolicy:ResourcePolicy resourceArn",
    "aws:networkmanager/prefixListAssociation:PrefixListAssociation prefixListAlias",
  ],
  "limits what others grant, or tags and backs up; grants nothing": [
    "aws:organizations/policy:Policy content",
  ],
  "a template of effect, actions and conditions without statements; a RAM share makes it a grant": [
    "aws:ram/permission:Permission policyTemplate",
  ],
  "which stack resources CloudFormation may update": ["aws:cloudformation/stack:Stack policyBody"],
  "OpenSearch Serverless has a grammar of its own": [
    "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy policy",
    "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy policy",
    "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy policy",
  ],
  Cedar: [
    "aws:verifiedaccess/endpoint:Endpoint policyDocument",
    "aws:verifiedaccess/group:Group policyDocument",
  ],
  "Guard rules of AWS Config": [
    "aws:cfg/organizationCustomPolicyRule:OrganizationCustomPolicyRule policyText",
    "aws:cfg/rule:Rule source.customPolicyDetails.policyText",
  ],
  "what CloudWatch Logs and SNS mask, index or forward": [
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy policyDocument",
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy policyDocument",
    "aws:cloudwatch/logIndexPolicy:LogIndexPolicy policyDocument",
    "aws:sns/dataProtectionPolicy:DataProtectionPolicy policy",
  ],
  "how messages are kept, retried, filtered or moved": [
    "archivePolicy",
    "deliveryPolicy",
    "filterPolicy",
    "redriveAllowPolicy",
    "redrivePolicy",
    "replayPolicy",
    "notificationPolicy",
  ],
  "when images, instances or traffic come and go": [
    "autoscalingPolicy",
    "lifecyclePolicy",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy policy",
    "aws:route53/trafficPolicy:TrafficPolicy document",
    "aws:networkmanager/coreNetwork:CoreNetwork basePolicyDocument",
    "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment policyDocument",
  ],
  "what a browser may do": ["browserPolicy", "contentSecurityPolicy"],
};
