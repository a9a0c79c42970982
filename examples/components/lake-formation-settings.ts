/** One more administrator of Lake Formation, beside those that there are. */
import { LakeFormationSettings } from "../../components/governance/settings.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    new LakeFormationSettings("lake-formation-settings", {
      accountId: site.arns.accountId,
      admins: ["arn:aws:iam::123456789012:user/deployer"],
    });
  });
  /// hide
}
