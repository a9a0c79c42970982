import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import {
  POLICY_SIZE_LIMITS,
  PolicyTooLargeError,
  resourcePolicy,
  withinLimit,
} from "../../../components/access/documents.ts";

/** What only a policy document has in a program's text. */
const DOCUMENT_MARKS = [/2012-10-17/, /\bStatement\s*:/, /\bAssumeRolePolicyDocument\b/, /getPolicyDocument/];

async function sourcesUnder(folder: string): Promise<{ file: string; text: string }[]> {
  const files = await readdir(folder, { recursive: true });
  return Promise.all(
    files
      .filter((file) => file.endsWith(".ts"))
      .map(async (file) => ({
        file: `${folder}/${file}`,
        text: await readFile(`${folder}/${file}`, "utf8"),
      })),
  );
}

describe("policy documents", () => {
  it("are written by the access components, and by nothing else of the program", async () => {
    const sources = (await Promise.all(["components", "functions"].map(sourcesUnder))).flat();
    const program = { file: "index.ts", text: await readFile("index.ts", "utf8") };

    const writers = [...sources, program].filter(({ text }) =>
      DOCUMENT_MARKS.some((mark) => mark.test(text)),
    );

    assert.deepEqual(
      writers.map(({ file }) => file).filter((file) => !file.startsWith("components/access/")),
      [],
    );
    assert(writers.length > 0);
  });

  const statement = { Effect: "Allow", Principal: "*", Action: ["s3:GetObject"] } as const;
  /** A document of exactly so many characters. */
  const ofSize = (size: number) => {
    const empty = JSON.stringify(resourcePolicy([{ ...statement, Sid: "" }])).length;
    return resourcePolicy([{ ...statement, Sid: "a".repeat(size - empty) }]);
  };

  for (const [kind, limit] of Object.entries(POLICY_SIZE_LIMITS)) {
    it(`are as large as IAM takes them, and no larger: ${kind}`, () => {
      const name = kind as keyof typeof POLICY_SIZE_LIMITS;

      assert.equal(JSON.stringify(withinLimit("x", name, ofSize(limit))).length, limit);
      assert.throws(
        () => withinLimit('role "x"', name, ofSize(limit + 1)),
        (error) =>
          error instanceof PolicyTooLargeError &&
          error.message.startsWith(
            `role "x": its ${kind} would have ${limit + 1} characters, and IAM takes ${limit}; `,
          ) &&
          error.message.includes("give it fewer grants"),
      );
    });
  }
});
