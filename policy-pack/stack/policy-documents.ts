/**
 * Where AWS resources hold policy documents: type token → property paths. The one table rules read.
 * Property names are those of @pulumi/aws 7; a test holds the table complete against the types of the version
 * that is installed. Not in it: service control policies, which grant nothing, and documents with a grammar of
 * their own (Cedar policies, OpenSearch Serverless data policies and others, listed with that test).
 */
import type { Plain, PlainObject } from "../plain.ts";
import { follow } from "./paths.ts";

/**
 * What a document speaks for. `identity`: its holder. `trust`: who may take on a role. `resource`: who may
 * use the resource it is attached to. `key`: a KMS key policy, which alone decides who may use the key.
 * `endpoint`: what may pass a VPC endpoint.
 */
export type DocumentKind = "identity" | "trust" | "resource" | "key" | "endpoint";

/** One place for a document. */
export interface DocumentPlace {
  readonly kind: DocumentKind;
  readonly path: string;
}

/** A document found in a resource, unparsed, and the place it was found. */
export interface FoundDocument {
  readonly kind: DocumentKind;
  /** As the program writes it: `inlinePolicies[0].policy`. */
  readonly path: string;
  readonly value: Plain;
}

function at(kind: DocumentKind, ...paths: string[]): readonly DocumentPlace[] {
  return paths.map((path) => ({ kind, path }));
}

/** Every resource type of the AWS package that holds policy documents, and where. */
export const POLICY_DOCUMENTS: Readonly<Record<string, readonly DocumentPlace[]>> = {
  "aws:iam/policy:Policy": at("identity", "policy"),
  "aws:iam/rolePolicy:RolePolicy": at("identity", "policy"),
  "aws:iam/userPolicy:UserPolicy": at("identity", "policy"),
  "aws:iam/groupPolicy:GroupPolicy": at("identity", "policy"),
  "aws:iam/role:Role": [...at("identity", "inlinePolicies.[].policy"), ...at("trust", "assumeRolePolicy")],
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": at("identity", "inlinePolicy"),
  "aws:iot/policy:Policy": at("identity", "policy"),
  "aws:transfer/user:User": at("identity", "policy"),
  "aws:transfer/access:Access": at("identity", "policy"),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": at("identity", "policy"),
  "aws:rolesanywhere/profile:Profile": at("identity", "sessionPolicy"),

  "aws:kms/key:Key": at("key", "policy"),
  "aws:kms/keyPolicy:KeyPolicy": at("key", "policy"),
  "aws:kms/externalKey:ExternalKey": at("key", "policy"),
  "aws:kms/replicaKey:ReplicaKey": at("key", "policy"),
  "aws:kms/replicaExternalKey:ReplicaExternalKey": at("key", "policy"),

  "aws:ec2/vpcEndpoint:VpcEndpoint": at("endpoint", "policy"),
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": at("endpoint", "policy"),
  "aws:odb/network:Network": at("endpoint", "s3PolicyDocument", "stsPolicyDocument", "kmsPolicyDocument"),

  "aws:s3/bucket:Bucket": at("resource", "policy"),
  "aws:s3/bucketV2:BucketV2": at("resource", "policy"),
  "aws:s3/bucketPolicy:BucketPolicy": at("resource", "policy"),
  "aws:s3/accessPoint:AccessPoint": at("resource", "policy"),
  "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": at("resource", "policy"),
  "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy": at("resource", "policy"),
  "aws:fsx/s3AccessPointAttachment:S3AccessPointAttachment": at("resource", "s3AccessPoint.policy"),
  "aws:s3control/accessPointPolicy:AccessPointPolicy": at("resource", "policy"),
  "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy": at("resource", "details.policy"),
  "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy": at("resource", "policy"),
  "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": at(
    "resource",
    "policy",
  ),
  "aws:s3control/bucketPolicy:BucketPolicy": at("resource", "policy"),
  "aws:s3tables/tableBucketPolicy:TableBucketPolicy": at("resource", "resourcePolicy"),
  "aws:s3tables/tablePolicy:TablePolicy": at("resource", "resourcePolicy"),

  "aws:sqs/queue:Queue": at("resource", "policy"),
  "aws:sqs/queuePolicy:QueuePolicy": at("resource", "policy"),
  "aws:sns/topic:Topic": at("resource", "policy"),
  "aws:sns/topicPolicy:TopicPolicy": at("resource", "policy"),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": at("resource", "policy"),
  "aws:schemas/registryPolicy:RegistryPolicy": at("resource", "policy"),
  "aws:kinesis/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:msk/clusterPolicy:ClusterPolicy": at("resource", "policy"),

  "aws:ecr/repositoryPolicy:RepositoryPolicy": at("resource", "policy"),
  "aws:ecr/registryPolicy:RegistryPolicy": at("resource", "policy"),
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": at("resource", "repositoryPolicy"),
  "aws:ecrpublic/repositoryPolicy:RepositoryPolicy": at("resource", "policy"),
  "aws:lambda/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:secretsmanager/secret:Secret": at("resource", "policy"),
  "aws:secretsmanager/secretPolicy:SecretPolicy": at("resource", "policy"),
  "aws:acmpca/policy:Policy": at("resource", "policy"),

  "aws:glue/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:dynamodb/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:redshift/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:redshiftserverless/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:dsql/clusterPolicy:ClusterPolicy": at("resource", "policy"),
  "aws:opensearch/domain:Domain": at("resource", "accessPolicies"),
  "aws:opensearch/domainPolicy:DomainPolicy": at("resource", "accessPolicies"),
  "aws:opensearchingest/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:elasticsearch/domain:Domain": at("resource", "accessPolicies"),
  "aws:elasticsearch/domainPolicy:DomainPolicy": at("resource", "accessPolicies"),
  "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": at("resource", "accessPolicy"),

  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": at("resource", "policyDocument"),
  "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": at("resource", "accessPolicy"),
  "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": at(
    "resource",
    "deliveryDestinationPolicy",
  ),
  "aws:oam/sinkPolicy:SinkPolicy": at("resource", "policy"),
  "aws:xray/resourcePolicy:ResourcePolicy": at("resource", "policyDocument"),
  "aws:amp/resourcePolicy:ResourcePolicy": at("resource", "policyDocument"),

  "aws:apigateway/restApi:RestApi": at("resource", "policy"),
  "aws:apigateway/restApiPolicy:RestApiPolicy": at("resource", "policy"),
  "aws:apigateway/domainName:DomainName": at("resource", "policy"),
  "aws:vpclattice/authPolicy:AuthPolicy": at("resource", "policy"),
  "aws:vpclattice/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:networkfirewall/resourcePolicy:ResourcePolicy": at("resource", "policy"),

  "aws:backup/vaultPolicy:VaultPolicy": at("resource", "policy"),
  "aws:glacier/vault:Vault": at("resource", "accessPolicy"),
  "aws:glacier/vaultLock:VaultLock": at("resource", "policy"),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": at("resource", "policy"),
  "aws:mediastore/containerPolicy:ContainerPolicy": at("resource", "policy"),
  "aws:codeartifact/domainPermissions:DomainPermissions": at("resource", "policyDocument"),
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": at(
    "resource",
    "policyDocument",
  ),
  "aws:codebuild/resourcePolicy:ResourcePolicy": at("resource", "policy"),
  "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": at("resource", "resourcePolicy"),
  "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": at("resource", "policy"),
  "aws:ses/identityPolicy:IdentityPolicy": at("resource", "policy"),
  "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": at("resource", "policy"),
  "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy": at("resource", "policy"),
  "aws:organizations/resourcePolicy:ResourcePolicy": at("resource", "content"),
};

/**
 * The documents of a resource of any type. A property that is absent, null or "" holds none. Where a path
 * leads through something that is not what the type says (unknown, or malformed), that value stands for the
 * document, so that a reader of documents meets it.
 */
export function documentsOf(type: string, props: PlainObject): FoundDocument[] {
  const places = Object.hasOwn(POLICY_DOCUMENTS, type) ? POLICY_DOCUMENTS[type] : undefined;
  return (places ?? []).flatMap(({ kind, path }) =>
    follow(props, path).map((reached) => ({ kind, path: reached.path, value: reached.value })),
  );
}
