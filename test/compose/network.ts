// Machines for containers to live on, without Docker: network namespaces on one bridge, each with its own /etc/hosts.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";

const ip = (...args: string[]) =>
  execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

export class Network {
  private readonly prefix = `em${process.pid}`;
  private readonly bridge = `${this.prefix}-bridge`;
  private readonly names: string[] = [];

  /** `addresses` by host name, all of 172.31.65.0/24: the subnet of docker-compose.yml. */
  constructor(addresses: Record<string, string>) {
    if (process.getuid?.() !== 0) throw new Error("Network namespaces need root");
    try {
      this.make(addresses);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private make(addresses: Record<string, string>): void {
    this.add(this.bridge);
    ip("-n", this.bridge, "link", "add", "br0", "type", "bridge");
    ip("-n", this.bridge, "link", "set", "br0", "up");
    const hosts = Object.entries({ localhost: "127.0.0.1", ...addresses }).map(
      ([name, address]) => `${address} ${name}\n`,
    );
    for (const [index, [name, address]] of Object.entries(addresses).entries()) {
      const namespace = this.of(name);
      mkdirSync(`/etc/netns/${namespace}`, { recursive: true });
      writeFileSync(`/etc/netns/${namespace}/hosts`, hosts.join(""));
      this.add(namespace);
      const link = `veth${index}`;
      ip("-n", this.bridge, "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
      ip("-n", this.bridge, "link", "set", link, "master", "br0", "up");
      ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0");
      ip("-n", namespace, "link", "set", "eth0", "up");
    }
  }

  /** The namespace of a host. */
  of(name: string): string {
    return `${this.prefix}-${name}`;
  }

  close(): void {
    for (const name of this.names) {
      ip("netns", "del", name);
      rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
    }
  }

  private add(namespace: string): void {
    ip("netns", "add", namespace);
    this.names.push(namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
  }
}
