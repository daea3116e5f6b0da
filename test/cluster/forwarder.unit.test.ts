import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Forwarder } from "../../nginx-compat/cluster/forwarder.ts";
import { ownPort } from "../harness/ports.ts";

let echo: Server;
let forwarder: Forwarder;
const sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => socket.write(`<${data}>`));
  });
  await new Promise<void>((done) => echo.listen(0, "127.0.0.1", done));
  forwarder = new Forwarder(await ownPort(), {
    host: "127.0.0.1",
    port: (echo.address() as AddressInfo).port,
  });
  await forwarder.open();
});
afterEach(() => {
  forwarder.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  echo.close();
});

interface Client {
  socket: Socket;
  text: string;
  /** How it ended, "" while it has not. */
  ended: string;
}

function open(): Client {
  const socket = connect(forwarder.port, "127.0.0.1");
  sockets.push(socket);
  const client: Client = { socket, text: "", ended: "" };
  socket.on("data", (data) => {
    client.text += data;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    client.ended = error.code!;
  });
  socket.on("close", () => {
    client.ended ||= "closed";
  });
  return client;
}

async function until(what: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !what(); await sleep(5))
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
}

test("passes both ways", async () => {
  const client = open();
  client.socket.write("a");
  await until(() => client.text === "<a>");
});

test("a black hole passes nothing and closes nothing, and what was sent arrives after it", async () => {
  const old = open();
  old.socket.write("a");
  await until(() => old.text === "<a>");
  forwarder.cut("blackhole");
  const fresh = open();
  old.socket.write("b");
  fresh.socket.write("c");
  await sleep(200);
  expect([old.text, old.ended, fresh.text, fresh.ended]).toEqual(["<a>", "", "", ""]);
  forwarder.heal();
  await until(() => old.text === "<a><b>" && fresh.text === "<c>");
});

test("during a black hole, neither side hears that the other one is gone", async () => {
  const connections = () => new Promise<number>((done) => echo.getConnections((_, count) => done(count)));
  const client = open();
  client.socket.write("a");
  await until(() => client.text === "<a>");
  forwarder.cut("blackhole");
  client.socket.destroy();
  await sleep(200);
  expect(await connections()).toBe(1);
  forwarder.heal();
  while ((await connections()) > 0) await sleep(5);
});

test("a reset ends connections at once, and each new one", async () => {
  const old = open();
  old.socket.write("a");
  await until(() => old.text === "<a>");
  forwarder.cut("reset");
  await until(() => old.ended === "ECONNRESET");
  const fresh = open();
  await until(() => fresh.ended !== "");
  expect(fresh.text).toBe("");
  forwarder.heal();
  const healed = open();
  healed.socket.write("b");
  await until(() => healed.text === "<b>");
});

test("the end of the service is the end of its connections", async () => {
  const client = open();
  client.socket.write("a");
  await until(() => client.text === "<a>");
  echo.close();
  forwarder.close();
  await until(() => client.ended !== "");
});
