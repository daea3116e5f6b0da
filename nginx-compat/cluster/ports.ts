// The cluster's ports, kept from start to start (and over a node's restart) while they are free.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../launcher/files.ts";
import { freePort, isFree } from "../launcher/ports.ts";

export class Ports {
  private readonly file: string;
  private readonly known: Record<string, number>;

  constructor(dataDir: string) {
    this.file = join(dataDir, "ports.json");
    this.known = read(this.file);
  }

  /** The port on 127.0.0.1 of that name: the same as last time if it is free. */
  async take(name: string): Promise<number> {
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
