/** The IAM user that deploys to the local AWS. */
import assert from "node:assert/strict";
import { rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { CreateRoleCommand, ListAccessKeysCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ensureDeployer } from "../../local/emulator/deployer.ts";
import { LOCAL_ACCOUNT } from "../../local/emulator/emulator.ts";
import { createClients } from "../../local/provider/clients.ts";
import { connectionTo, inFolder, makeBucket } from "./own-emulator.ts";

describe("the deployer's keys", function () {
  this.timeout(60_000);
  const folder = inFolder();

  const keyFile = (): string => path.join(folder.dataDir, "deployer.json");

  it("are kept between runs, in a file for its owner alone", async () => {
    const own = await folder.open();
    const first = await ensureDeployer(await connectionTo(own.emulator), keyFile());
    await folder.release(own.emulator);

    const second = await ensureDeployer(await connectionTo((await folder.open()).emulator), keyFile());

    assert.deepEqual(second, first);
    assert.equal((await stat(keyFile())).mode & 0o777, 0o600);
  });

  it("are made anew where the emulator does not know them", async () => {
    const own = await folder.open();
    const keys = { accessKeyId: "AKIAFROMANOTHERLIFE0", secretAccessKey: "none" };
    await writeFile(keyFile(), JSON.stringify(keys));

    const made = await ensureDeployer(await connectionTo(own.emulator), keyFile());

    assert.notEqual(made.accessKeyId, keys.accessKeyId);
    const clients = createClients({ ...(await connectionTo(own.emulator)), credentials: made });
    const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    assert.match(Arn ?? "", /:user\/sluice-deployer$/);
  });

  it("have the rights of this checkout where an older one made them with fewer", async () => {
    const own = await folder.open();
    const to = await connectionTo(own.emulator);
    const credentials = await ensureDeployer(to, keyFile());
    const Statement = { Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await own.root.iam.send(
      new PutUserPolicyCommand({ UserName: "sluice-deployer", PolicyName: "deploy", PolicyDocument }),
    );
    // A copy: the clients write into it.
    const deployer = createClients({ ...to, credentials: { ...credentials } });
    await assert.rejects(makeBucket(deployer, "made-too-early"), { name: "AccessDenied" });

    assert.deepEqual(await ensureDeployer(to, keyFile()), credentials);

    await makeBucket(deployer, "made-by-the-deployer");
  });

  it("are the same for two runs that start at once", async () => {
    const own = await folder.open();
    const to = await connectionTo(own.emulator);

    const [first, second] = await Promise.all([ensureDeployer(to, keyFile()), ensureDeployer(to, keyFile())]);

    assert.deepEqual(first, second);
    const { AccessKeyMetadata } = await own.root.iam.send(
      new ListAccessKeysCommand({ UserName: "sluice-deployer" }),
    );
    assert.equal(AccessKeyMetadata?.length, 1);
  });

  it("may do what a deployment does, and IAM denies the rest", async () => {
    const own = await folder.open();
    const trust = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${LOCAL_ACCOUNT}:root` },
      Action: "sts:AssumeRole",
    };
    const { Role } = await own.root.iam.send(
      new CreateRoleCommand({
        RoleName: "some-role",
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
    );
    const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" });
    const credentials = await ensureDeployer(await connectionTo(own.emulator), keyFile());
    const deployer = createClients({ ...(await connectionTo(own.emulator)), credentials });

    await makeBucket(deployer, "made-by-the-deployer");

    await own.root.sts.send(assume);
    await assert.rejects(deployer.sts.send(assume), { name: /^AccessDenied/ });
  });

  it("are made anew however often their file is lost", async () => {
    const own = await folder.open();
    const to = await connectionTo(own.emulator);
    const made = [await ensureDeployer(to, keyFile())];

    for (let times = 0; times < 3; times++) {
      await rm(keyFile());
      made.push(await ensureDeployer(to, keyFile()));
    }

    assert.equal(new Set(made.map(({ accessKeyId }) => accessKeyId)).size, 4);
  });
});
