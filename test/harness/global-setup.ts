// Starts the node that most *.node.test.ts files share, and its first user, the system administrator.

import type { TestProject } from "vitest/node";
import { startEdgemost } from "../launcher/start.ts";

/** What a test file is told about a node. */
export interface SharedNode {
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  databaseUrl: string;
  admin: { id: string; username: string; password: string; token: string };
  /** How many answer at `url`. */
  nodes: number;
}

declare module "vitest" {
  interface ProvidedContext {
    node: SharedNode;
  }
}

/** EDGEMOST_TEST_DATA_DIR keeps the node's data (and its log) of a run that is to be looked into. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = process.env.EDGEMOST_TEST_DATA_DIR;
  const node = await startEdgemost(dataDir ? { dataDir } : {});
  try {
    const admin = await createAdmin(node);
    const { url, port, pid, dataDir, databaseUrl } = node;
    project.provide("node", { url, port, pid, dataDir, databaseUrl, admin, nodes: 1 });
  } catch (error) {
    console.error(node.logs());
    await node.stop();
    throw error;
  }
  return async () => {
    const code = await node.stop();
    reportErrors("The shared node", node.logs());
    if (code !== 0) throw new Error(`The shared node ended with ${code}:\n${node.logs().slice(-4_000)}`);
  };
}

/** Signs the first user up, who becomes the system administrator (semantics 14.3), and logs in. */
export async function createAdmin({ url }: { url: string }): Promise<SharedNode["admin"]> {
  const username = "sysadmin";
  const password = "Sysadmin-pass-1";
  const user = { username, password, email: `${username}@example.com` };
  const created = await post(`${url}/api/v4/users`, user);
  const { response } = await post(`${url}/api/v4/users/login`, { login_id: username, password });
  return { id: created.body.id, username, password, token: response.headers.get("token") ?? "" };
}

async function post(url: string, body: unknown): Promise<{ response: Response; body: any }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text}`);
  return { response, body: JSON.parse(text) };
}

/** Shows what a node has logged about failures: behind a 500 there is a stack, which clients never see. */
export function reportErrors(who: string, logs: string): void {
  const errors = logs
    .split("\n")
    .filter((line) => /"msg":"request failed"|uncaught exception|starting it again/i.test(line));
  const distinct = new Map(
    errors.map((line) => [line.replace(/"request_id":"\w+"/, "").replace(/\d+/g, "0"), line]),
  );
  if (distinct.size > 0)
    console.error(`${who} logged errors:\n${[...distinct.values()].slice(0, 20).join("\n")}`);
}
