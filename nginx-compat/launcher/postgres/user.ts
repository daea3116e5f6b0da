// PostgreSQL refuses to run as root, so a root launcher runs it as another user.

import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "../errors.ts";

export interface PgUser {
  /** Unset: as whoever runs the launcher. */
  ids: { uid: number; gid: number } | null;
  /** Goes before each command; then the launcher's own user runs it, and it changes the user itself. */
  wrapper: string[];
}

/** `clusterDir` may not exist yet; `paths` are what the user must be able to reach. */
export function postgresUser(clusterDir: string, paths: string[]): PgUser {
  if (process.getuid?.() !== 0) return { ids: null, wrapper: [] };
  const ids = owner(clusterDir) ?? known("postgres") ?? created() ?? known("nobody");
  if (!ids)
    throw new StartError(
      "PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as",
    );
  const closed = paths.map((path) => firstClosed(path, ids)).find((path) => path !== null);
  if (!closed) return { ids, wrapper: [] };
  return { ids, wrapper: keepingAccess(ids, closed) };
}

/** An existing cluster belongs to whoever made it; PostgreSQL insists on that. */
function owner(clusterDir: string): PgUser["ids"] {
  if (!existsSync(clusterDir)) return null;
  const { uid, gid } = statSync(clusterDir);
  return uid === 0 ? null : { uid, gid };
}

function known(name: string): PgUser["ids"] {
  const uid = Number(output("id", ["-u", name]) ?? Number.NaN);
  const gid = Number(output("id", ["-g", name]) ?? Number.NaN);
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}

function created(): PgUser["ids"] {
  output("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", "postgres"]);
  return known("postgres");
}

function output(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
}

/** The outermost existing directory on the way to `path` that the user may not enter. */
function firstClosed(path: string, ids: { uid: number; gid: number }): string | null {
  const parent = dirname(path);
  const outer = parent === path ? null : firstClosed(parent, ids);
  if (outer !== null || !existsSync(path) || !statSync(path).isDirectory()) return outer;
  const { mode, uid, gid } = statSync(path);
  const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
  return mode & bit ? null : path;
}

/** Root's home is closed to others, and a clone in there is common: the user gets root's way past modes, no more. */
function keepingAccess({ uid, gid }: { uid: number; gid: number }, closed: string): string[] {
  const capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  const wrapper = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...capability];
  if (output("setpriv", [...wrapper.slice(1), "true"]) !== null) return wrapper;
  throw new StartError(
    `PostgreSQL cannot run as root, and its user may not enter ${closed}: ` +
      "move Edgemost and DATA_DIR elsewhere, run it as another user, or set DATABASE_URL",
  );
}
