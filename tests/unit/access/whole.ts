/** Every role of a lake with all that it can have, and grants that no role of it has. */
import { DataFilter } from "../../../components/governance/data-filter.ts";
import type { Grant } from "../../../components/access/grant.ts";
import type { Holder } from "../../../components/access/ledger.ts";
import { deployLake } from "../../../components/deploy.ts";
import type { Lake } from "../../../components/lake.ts";
import { deploy, validConfig, type Declared } from "../deploy.ts";

/** A configuration that has a source, partners, users and an identity provider. */
export const fullConfig = {
  ...validConfig,
  "sluice:source": '{"engine": "postgres", "databaseName": "shop"}',
  "sluice:partnerAccountIds": '["210987654321"]',
  "sluice:analystUsers": '["bob"]',
  "sluice:engineerUsers": '["eve"]',
  "sluice:samlProvider": "arn:aws:iam::123456789012:saml-provider/company",
  "sluice:alarmEmails": '["ops@example.com"]',
  "sluice:freshnessHours": "24",
} as const;

/** What a lake with this configuration declares, and its roles. */
export interface WholeLake {
  readonly declared: readonly Declared[];
  readonly holders: readonly Holder[];
  readonly lake: Lake;
  /** Grants that the components give and no role of the lake has. */
  readonly spare: readonly Grant[];
}

export async function wholeLake(config: Record<string, string> = fullConfig): Promise<WholeLake> {
  let found: Omit<WholeLake, "declared"> | undefined;
  const declared = await deploy(
    () => {
      const { lake } = deployLake();
      found = { lake, holders: lake.site.access.holders, spare: spareGrants(lake) };
    },
    { mode: "preview", config },
  );
  if (found === undefined) throw new Error("the program did not run");
  return { declared, ...found };
}

function spareGrants({ zones, tables, bus, ingestion }: Lake): Grant[] {
  const [table] = tables;
  if (table === undefined) throw new Error("the lake has no table");
  const filter = new DataFilter("rain", { table, filterName: "rain", rows: "weather = 'rain'" });
  return [
    zones.raw.canRead("incoming/"),
    zones.raw.canList("incoming/"),
    zones["access-logs"].canRead(),
    zones.curated.canWrite("a/", "b/"),
    table.canQuery({ columns: ["date", "weather"] }),
    table.canQuery(filter.part),
    bus.canPut("sluice.reports"),
    ingestion.function.canReadLog(),
  ];
}

/** Every grant of the holders and every spare one, by what it is for. */
export function everyGrant({ holders, spare }: WholeLake): Map<string, Grant> {
  const ofHolders = holders.flatMap(({ name, grants }) =>
    grants.map((grant) => [`${name}: ${grant.reason}`, grant] as const),
  );
  return new Map([...ofHolders, ...spare.map((grant) => [`nobody: ${grant.reason}`, grant] as const)]);
}
