/** Alarms, dashboard and budget of a part of the lake. */
import { Ingestion } from "../../components/ingestion/ingestion.ts";
import { Observability } from "../../components/observability/observability.ts";
import { Workgroup } from "../../components/query/workgroup.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn, sendsEvents: true });
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const quarantine = new ZoneBucket("quarantine", { site, zone: "quarantine", keyArn });
    const results = new ZoneBucket("results", { site, zone: "results", keyArn, expiresAfterDays: 30 });
    const datasets = ["seattle_weather"];
    const ingestion = new Ingestion("ingest", { site, keyArn, raw, curated, quarantine, datasets });
    const workgroups = {
      lake: new Workgroup("workgroup", {
        ...{ site, what: "lake", description: "Queries", results, keyArn, scanLimitMiB: 1024 },
      }),
      engineering: new Workgroup("engineering-workgroup", {
        ...{ site, what: "engineering", description: "Trials", results, keyArn, scanLimitMiB: 1024 },
      }),
    };

    new Observability("observability", {
      ...{ site, keyArn, curated, quarantine, ingestion, datasets, workgroups },
      crawlers: [],
    });
  });
  /// hide
}
