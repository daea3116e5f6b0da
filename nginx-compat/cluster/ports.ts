// The cluster's ports, kept from start to start (and over a node's restart) while they are free.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, isFree } from "../launcher/process/ports.ts";
import { writeWhole } from "../launcher/workerd/files.ts";

export class Ports {
  private readonly file: string;
  private readonly known: Record<string, number>;
  private turn: Promise<number> = Promise.resolve(0);

  constructor(dataDir: string) {
    this.file = join(dataDir, "ports.json");
    this.known = read(this.file);
  }

  /** The port on 127.0.0.1 of that name: the same as last time if it is free. */
  take(name: string): Promise<number> {
    // One after the other: two must not find the same one free.
    const taken = this.turn.then(() => this.choose(name));
    this.turn = taken.catch(() => 0);
    return taken;
  }

  private async choose(name: string): Promise<number> {
    const last = this.known[name];
    if (last !== undefined && (await isFree("127.0.0.1", last))) return last;
    let port: number;
    do port = await freePort();
    while (Object.values(this.known).includes(port));
    this.known[name] = port;
    writeWhole(this.file, `${JSON.stringify(this.known, null, 2)}\n`);
    return port;
  }
}

function read(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
