import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../errors.ts";
import type { Listen } from "../settings/listen.ts";

/** The port on which one could listen at that address, for 0 any; rejects with the system's error. */
function tryListen(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(
      { port, exclusive: true, ...(host === "*" ? {} : { host: host.replace(/^\[(.*)\]$/, "$1") }) },
      () => {
        const bound = (server.address() as AddressInfo).port;
        server.close(() => resolve(bound));
      },
    );
  });
}

/** Below what systems give away by themselves, from 32,768 on and higher. */
const CHOICE = { from: 12_000, count: 20_000 };

/** A port of the loopback for a server that listens a while later: no connection and no port 0 takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = CHOICE.from + Math.floor(Math.random() * CHOICE.count);
    if (await isFree("127.0.0.1", port)) return port;
  }
  return tryListen("127.0.0.1", 0);
}

export const isFree = (host: string, port: number): Promise<boolean> =>
  tryListen(host, port).then(
    () => true,
    () => false,
  );

/** A node that was killed a moment ago may still be letting go of its ports. */
const LEAVING_MS = 2_000;

/** Returns where to listen, with a port chosen when 0 was asked for. */
export async function checkListen({ host, port }: Listen, setting = "PORT"): Promise<Listen> {
  const until = Date.now() + LEAVING_MS;
  for (;;) {
    try {
      return { host, port: await tryListen(host, port) };
    } catch (error) {
      const refusal = refusalOf(error as NodeJS.ErrnoException, host, port, setting);
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || Date.now() >= until) throw refusal;
      await sleep(100);
    }
  }
}

function refusalOf({ code }: NodeJS.ErrnoException, host: string, port: number, setting: string): StartError {
  const shown = host === "*" ? `Port ${port}` : `${host}:${port}`;
  if (code === "EADDRINUSE")
    return new StartError(`${shown} is already in use: stop what uses it, or set ${setting}`);
  if (code === "EACCES")
    return new StartError(`${shown} needs rights that this user lacks: set ${setting} above 1023`);
  return new StartError(`Cannot listen on ${shown} (${code})`);
}

export function urlOf({ host, port }: Listen): string {
  return `http://${/^(\*|0\.0\.0\.0|\[::\])$/.test(host) ? "localhost" : host}:${port}`;
}
