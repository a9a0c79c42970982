import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createS3Store } from "../../functions/ingest/s3.ts";
import { InvalidEnvironmentError, readSettings } from "../../functions/ingest/settings.ts";

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("the S3 store", () => {
  const source = { bucket: "raw", key: "d/a b+ü.csv", versionId: "v/1", sizeBytes: 3, etag: "e" };
  const requests: Request[] = [];
  let statusCode = 200;
  let reply = "";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(statusCode).end(reply);
    });
  });
  let store: ReturnType<typeof createS3Store>;
  let client: S3Client;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    client = new S3Client({
      endpoint: `http://127.0.0.1:${address.port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    store = createS3Store(client);
  });

  beforeEach(() => {
    requests.length = 0;
    statusCode = 200;
    reply = "";
  });

  after(() => {
    client.destroy();
    server.close();
  });

  it("reads the version the event names, as a stream", async () => {
    reply = "a,b";

    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.read(source)) {
      chunks.push(chunk);
    }

    assert.equal(Buffer.concat(chunks).toString(), "a,b");
    assert.deepEqual(
      requests.map(({ method, url }) => [method, url]),
      [["GET", "/raw/d/a%20b%2B%C3%BC.csv?versionId=v%2F1&x-id=GetObject"]],
    );
  });

  it("copies the version the event names, without its tags and metadata", async () => {
    reply = "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>";

    await store.copy(source, { bucket: "quarantine", key: "d/files/x.original" });

    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.method, "PUT");
    assert.match(requests[0].url ?? "", /^\/quarantine\/d\/files\/x\.original/);
    const { headers } = requests[0];
    assert.equal(headers["x-amz-copy-source"], "raw/d/a%20b%2B%C3%BC.csv?versionId=v%2F1");
    assert.equal(headers["x-amz-tagging-directive"], "REPLACE");
    assert.equal(headers["x-amz-metadata-directive"], "REPLACE");
  });

  it("puts texts, small files and large ones", async () => {
    const directory = await mkdtemp(join(tmpdir(), "s3-store-"));
    const path = join(directory, "file");
    try {
      for (const sizeBytes of [3, 9 * 1024 * 1024]) {
        await writeFile(path, "x".repeat(sizeBytes));
        await store.put({ bucket: "curated", key: "k" }, { kind: "file", path, sizeBytes }, "text/x");
      }
      await store.put({ bucket: "curated", key: "k" }, { kind: "text", text: "xxx" }, "text/x");
    } finally {
      await rm(directory, { recursive: true });
    }

    // A stream is sent in chunks with a checksum behind it, so its letters alone are counted.
    assert.deepEqual(
      requests.map(({ body }) => body.replaceAll(/[^x]|x-amz-\S+/g, "").length),
      [3, 9 * 1024 * 1024, 3],
    );
    assert.ok(requests.every(({ headers }) => headers["content-type"] === "text/x"));
  });

  it("rejects with what S3 says", async () => {
    statusCode = 403;
    reply = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

    await assert.rejects(store.read(source), { name: "AccessDenied" });
  });
});

describe("the settings of the ingestion function", () => {
  const needed = { LAKE_NAME: "l", CURATED_BUCKET: "c", QUARANTINE_BUCKET: "q" };

  it("are read from the environment", () => {
    assert.deepEqual(readSettings(needed), {
      lakeName: "l",
      curatedBucket: "c",
      quarantineBucket: "q",
      engineMemoryMegabytes: 512,
    });
  });

  it("leave the process 450 MB of the function's memory, and the engine 256 at least", () => {
    const engineOf = (size: string) =>
      readSettings({ ...needed, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: size }).engineMemoryMegabytes;

    assert.deepEqual(["2048", "512", ""].map(engineOf), [1598, 256, 512]);
  });

  it("are refused when one is missing, naming each variable", () => {
    for (const name of Object.keys(needed)) {
      assert.throws(() => readSettings({ ...needed, [name]: undefined }), new RegExp(` ${name}$`));
    }
    assert.throws(
      () => readSettings({ CURATED_BUCKET: "" }),
      (error) =>
        error instanceof InvalidEnvironmentError &&
        error.message.endsWith("LAKE_NAME and CURATED_BUCKET and QUARANTINE_BUCKET"),
    );
  });
});
