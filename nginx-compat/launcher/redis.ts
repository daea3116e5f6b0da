import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { oneLine, StartError } from "./errors.ts";

/** One PING to a Redis that is not ours, with its password, before anything is created or changed. */
export async function checkRedis(url: string): Promise<void> {
  try {
    await ping(url, 5_000);
  } catch (error) {
    const { hostname, port } = new URL(url);
    throw new StartError(`Cannot reach the Redis ${hostname}:${port || 6379}: ${oneLine(error)}`);
  }
}

/** Resolves when the server answers as one that can be used: the password, and the database, are right. */
export function ping(url: string, timeoutMs: number): Promise<void> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const where = { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port) || 6379 };
  const name = decodeURIComponent(username);
  const commands = [
    ...(password ? [["AUTH", ...(name ? [name] : []), decodeURIComponent(password)]] : []),
    ...(pathname.length > 1 ? [["SELECT", pathname.slice(1)]] : []),
    ["PING"],
  ];
  return new Promise((resolve, reject) => {
    const send = () => socket.write(commands.map(encode).join(""));
    const socket =
      protocol === "rediss:" ? connectTls({ ...where, servername: where.host }, send) : connect(where, send);
    let text = "";
    const done = (error?: Error) => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.setTimeout(timeoutMs, () => done(new Error(`no answer in ${timeoutMs / 1000} s`)));
    socket.on("error", done);
    socket.on("close", () => done(new Error("the connection was closed")));
    socket.on("data", (data) => {
      text += data;
      const lines = text.split("\r\n").slice(0, -1);
      const failed = lines.find((line) => line.startsWith("-"));
      if (failed) done(new Error(failed.slice(1)));
      else if (lines.includes("+PONG")) done();
    });
  });
}

function encode(command: string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}
