// Starts a TypeScript file of this folder, or says what is missing: the npm scripts' `node` is the npm package
// "node", which an install without install scripts leaves out.
import path from "node:path";
import { pathToFileURL } from "node:url";

const OLDEST_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_MAJOR) {
  console.error(
    `error: this needs Node.js >= ${OLDEST_MAJOR}, which \`npm ci\` installs into the project; this is ${process.version}\n` +
      "  → run `npm ci` with install scripts allowed, then run this through npm",
  );
  process.exit(1);
}
const [, , file, ...args] = process.argv;
const script = path.join(import.meta.dirname, file);
process.argv = [process.argv[0], script, ...args];
await import(pathToFileURL(script));
