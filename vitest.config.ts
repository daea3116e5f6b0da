import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**", "data/**"];

/** The suffix of a test file says what it needs: nothing, a node, workerd by Miniflare, several nodes, a browser. */
const project = (name: string, more: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/**/*.${name}.test.ts`], exclude, ...more },
});

/** Flows that need no node of their own. */
const FLOWS = [
  "messages/{channel-posts,open-channel,send-post}",
  "{threads,thread-pages,channels,sidebar,people,search,files,same-object,browser-cache}",
  "settings/looks",
  "server/reconnect",
  "apps/{mobile-use,desktop}",
];

const stub = new URL("test/harness/workerd-modules.ts", import.meta.url).pathname;

export default defineConfig({
  // Tests read the route table outside of workerd; what only workerd has is then there by name only.
  resolve: { alias: [{ find: /^(cloudflare:workers|.*\.wasm)$/, replacement: stub }] },
  test: {
    // Nodes, PostgreSQL and workerd share the machine with the tests: more workers than this only wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 120_000,
    // What comes after the answer may take a busy machine longer than the usual second.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      project("unit"),
      project("node", {
        globalSetup: ["test/harness/global-setup.ts"],
        setupFiles: ["test/harness/setup.ts"],
      }),
      // What clients do, once more, where each of their requests may reach another node.
      project("flows-cluster", {
        include: [
          "test/**/*.flows-cluster.test.ts",
          ...FLOWS.map((name) => `test/flows/${name}.node.test.ts`),
        ],
        globalSetup: ["test/flows/support/cluster-setup.ts"],
        setupFiles: ["test/harness/setup.ts"],
      }),
      project("workers"),
      // Each starts several nodes, breaks them, and waits for what becomes of it.
      project("cluster", { testTimeout: 180_000, hookTimeout: 240_000 }),
      project("browser"),
    ],
  },
});
