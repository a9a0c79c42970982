/** A repository for the images of one function. */
import { Repository } from "../../components/compute/repository.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const functionName = site.names.function("ingest");

    new Repository("repository", {
      site,
      what: "ingest",
      keyArn,
      functionArns: [site.arns.function(functionName)],
    });
  });
  /// hide
}
