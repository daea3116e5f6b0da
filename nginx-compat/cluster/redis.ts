// The cluster's own redis-server. It stores nothing: Redis is never the only copy of anything.

import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../launcher/errors.ts";
import { writeWhole } from "../launcher/files.ts";
import { type Running, start, stop } from "../launcher/processes.ts";

const READY_MS = 10_000;

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
  let ended = "";
  running.exited.then((how) => {
    ended = how;
  });
  for (const until = Date.now() + READY_MS; !(await answers("127.0.0.1", port, password)); await sleep(20)) {
    if (!ended && Date.now() < until) continue;
    await stop(running, [["SIGKILL", 1_000]]);
    throw new StartError(`redis-server did not start (${ended || "no answer"}; see ${logFile})`);
  }
  return running;
}

/** Whether a Redis answers there: to PING, be it only to ask for a password. */
export function answers(host: string, port: number, password = "", timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(timeoutMs, () => done(false));
    socket.on("error", () => done(false));
    socket.on("close", () => done(false));
    socket.on("connect", () => socket.write(`${password ? `AUTH ${password}\r\n` : ""}PING\r\n`));
    socket.on("data", (data) => done(password ? data.includes("+OK") : /^(\+PONG|-NOAUTH)/.test(`${data}`)));
  });
}

/** A program of the system; those of administrators are often not on other users' PATH. */
export function findProgram(name: string, otherwise = ""): string {
  const directories = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
  const found = directories.map((directory) => `${directory}/${name}`).find((path) => existsSync(path));
  if (!found) throw new StartError(`There is no ${name} on the PATH: install it${otherwise ? `, ${otherwise}` : ""}`);
  return found;
}
