import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../errors.ts";

/** The directory of the official web client: `named` (CLIENT_DIR), or `usual` where there is one; null: none. */
export function clientDir(named: string | undefined, usual: string): string | null {
  if (named && !isClient(named))
    throw new StartError(`There is no web client in CLIENT_DIR (${named}): no root.html`);
  return named || (isClient(usual) ? usual : null);
}

const isClient = (path: string) => existsSync(join(path, "root.html"));
