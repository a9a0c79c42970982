/** Questions to the file system. */
import { access, constants } from "node:fs/promises";

/** Whether there is a file or folder at the path. */
export async function exists(file: string): Promise<boolean> {
  return isAccessible(file, constants.F_OK);
}

/** Whether there is a file that may be run. */
export async function isExecutable(file: string): Promise<boolean> {
  return isAccessible(file, constants.X_OK);
}

async function isAccessible(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
