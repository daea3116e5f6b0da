// The cluster's own redis-server. It stores nothing: Redis is never the only copy of anything.

import { existsSync } from "node:fs";
import { StartError } from "../../launcher/errors.ts";
import { type Running, start } from "../../launcher/process/processes.ts";
import { ping } from "../../launcher/redis.ts";
import { writeWhole } from "../../launcher/workerd/files.ts";
import { whenReady } from "./ready.ts";

export interface RedisOptions {
  configFile: string;
  logFile: string;
  port: number;
  password: string;
}

export async function startRedis({ configFile, logFile, port, password }: RedisOptions): Promise<Running> {
  const settings = [
    ["bind", "127.0.0.1"],
    ["port", `${port}`],
    ["requirepass", password],
    ["save", '""'],
    ["appendonly", "no"],
    ["daemonize", "no"],
    ["maxmemory", "256mb"],
    ["maxmemory-policy", "noeviction"],
    ["logfile", JSON.stringify(logFile)],
  ];
  writeWhole(configFile, settings.map((setting) => `${setting.join(" ")}\n`).join(""));
  const program = findProgram("redis-server", "or set REDIS_URL");
  const options = { stdio: "ignore", orphanSignal: "SIGKILL", graceSeconds: 1 } as const;
  const running = await start(program, [configFile], options);
  const answers = () =>
    ping(`redis://:${password}@127.0.0.1:${port}`, 1_000).then(
      () => true,
      () => false,
    );
  return whenReady(running, { name: "redis-server", logFile, answers });
}

/** A program of the system; those of administrators are often not on other users' PATH. */
export function findProgram(name: string, otherwise = ""): string {
  const directories = [
    ...(process.env.PATH ?? "").split(":"),
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/bin",
  ];
  const found = directories.map((directory) => `${directory}/${name}`).find((path) => existsSync(path));
  if (!found)
    throw new StartError(`There is no ${name} on the PATH: install it${otherwise ? `, ${otherwise}` : ""}`);
  return found;
}
