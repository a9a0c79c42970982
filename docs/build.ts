/** Writes the component reference: `npm run docs:build`. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { PAGES_FOLDER, renderPages } from "./reference/pages.ts";

const root = path.resolve(import.meta.dirname, "..");

const pages = await renderPages(root);
await mkdir(path.join(root, PAGES_FOLDER), { recursive: true });
for (const name of await readdir(path.join(root, PAGES_FOLDER))) {
  // The page of a component that is gone.
  if (!pages.has(path.posix.join(PAGES_FOLDER, name))) await rm(path.join(root, PAGES_FOLDER, name));
}
for (const [fileName, text] of pages) await writeFile(path.join(root, fileName), text);
console.log(`${pages.size} pages in ${PAGES_FOLDER}`);
