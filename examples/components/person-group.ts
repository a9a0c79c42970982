/** Two users who may become an analyst. */
import { PersonRole } from "../../components/access/role.ts";
import { PersonGroup } from "../../components/people/groups.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const users = ["ada", "bob"];
    const group = new PersonGroup("analysts", { site, what: "analysts", userNames: users, role: "analyst" });

    new PersonRole(
      "analyst",
      {
        ...{ site, what: "analyst", description: "Reads the reports", mfaRequired: true },
        principals: users.map((user) => site.arns.user(user)),
        grants: [curated.canRead("reports/"), curated.canList("reports/")],
      },
      // IAM refuses a trust in a user that is not there yet.
      { dependsOn: [group] },
    );
  });
  /// hide
}
