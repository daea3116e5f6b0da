import { inject } from "vitest";
import { type Edgemost, type StartOptions, startEdgemost } from "../launcher/start.ts";
import { createAdmin, reportErrors, type SharedNode } from "./global-setup.ts";
import { watchNode } from "./watch.ts";

/** The node that test files share. Make users, teams and channels of your own on it; change nothing global. */
export function sharedNode(): SharedNode {
  return inject("node");
}

export type OwnNode = Edgemost & SharedNode;

/**
 * A node of the test's own, with its administrator, for tests that stop it, fill it or configure it otherwise
 * (`env`: MM_… variables; `dataDir`: one to start again on, which keeps `admin` usable and is the caller's to remove).
 * Stop it in `afterAll`.
 */
export async function ownNode(
  options: StartOptions & { admin?: SharedNode["admin"] } = {},
): Promise<OwnNode> {
  const { admin, ...start } = options;
  const node = await startEdgemost(start);
  watchNode(node.url);
  try {
    const stop = async () => {
      const code = await node.stop();
      reportErrors("A test's own node", node.logs());
      return code;
    };
    return Object.assign({ ...node, stop }, { admin: admin ?? (await createAdmin(node)), nodes: 1 });
  } catch (error) {
    await node.stop();
    throw new Error(`No administrator on the new node: ${error}\n${node.logs()}`);
  }
}
