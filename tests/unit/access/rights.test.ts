/** Every right of the lake, beside a file of them that is kept: so that none comes or goes unseen. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as prettier from "prettier";
import { policyOf } from "../../../components/access/grant.ts";
import { fullConfig, wholeLake } from "./whole.ts";

const FILE = path.join(import.meta.dirname, "rights.json");

/** By holder and Sid: what the policy of its grants says. */
async function rightsOfLake(): Promise<Record<string, Record<string, unknown>>> {
  const { holders } = await wholeLake(fullConfig);
  return Object.fromEntries(
    holders.map(({ name, grants }) => [
      name,
      Object.fromEntries(
        policyOf(grants).Statement.map(({ Sid, Effect, Action, Resource, Condition = {} }) => {
          assert.equal(Effect, "Allow", `${name}: ${Sid}`);
          return [Sid, { actions: Action, resources: Resource, conditions: Condition }];
        }),
      ),
    ]),
  );
}

describe("the rights of every holder", () => {
  it("are those of the file that is kept of them", async () => {
    const rights = await rightsOfLake();
    if (process.env["UPDATE"] === "1") {
      const options = { ...(await prettier.resolveConfig(FILE)), parser: "json" };
      await writeFile(FILE, await prettier.format(JSON.stringify(rights), options));
    }
    const kept: unknown = JSON.parse(await readFile(FILE, "utf8").catch(() => "{}"));

    const advice =
      "the lake's rights are others than tests/unit/access/rights.json says; where that is meant, " +
      "write the file anew and look at what changed in it: UPDATE=1 npx mocha tests/unit/access/rights.test.ts";
    for (const holder of new Set([...Object.keys(rights), ...Object.keys(kept as object)])) {
      assert.deepEqual(rights[holder], (kept as typeof rights)[holder], `${holder}: ${advice}`);
    }
  });
});
