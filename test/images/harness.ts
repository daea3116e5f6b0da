import { resolve } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import type { ImageJob, ImageResult } from "../../workers/images/compute.ts";

const COMPUTE = resolve("workers/images/compute.ts");

const SERVICE = `
import { WorkerEntrypoint } from "cloudflare:workers";
import { runImageJob } from ${JSON.stringify(COMPUTE)};
export default class extends WorkerEntrypoint {
  async run(job, times) {
    for (let i = 1; i < times; i++) await runImageJob(job);
    return runImageJob(job);
  }
}
`;

// Bytes travel as base64 only between the test and this worker; from here on it is RPC.
const FRONT = `
export default { async fetch(request, env) {
  const bytes = (k, v) => v?.b64 !== undefined ? Uint8Array.fromBase64(v.b64) : v;
  const { job, times } = JSON.parse(await request.text(), bytes);
  const result = await env.IMAGES.run(job, times);
  return new Response(JSON.stringify(result, (k, v) => v instanceof Uint8Array ? { b64: v.toBase64() } : v));
} };
`;

export type Images = {
  /** Does the job `times` times in one isolate and gives the last result. */
  run(job: ImageJob, times?: number): Promise<ImageResult>;
  dispose(): Promise<void>;
};

/** The image worker in workerd behind a service binding, bundled the way photon.ts asks for. */
export async function startImages(): Promise<Images> {
  const bundle = await build({
    stdin: { contents: SERVICE, resolveDir: resolve("."), loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    outdir: "/out",
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    external: ["cloudflare:*"],
  });
  const file = (end: string) => bundle.outputFiles.find((f) => f.path.endsWith(end))!;
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: "front",
          compatibilityDate: "2026-01-01",
          modules: [{ type: "ESModule", path: "front.js", contents: FRONT }],
          serviceBindings: { IMAGES: "images" },
        },
        {
          name: "images",
          compatibilityDate: "2026-01-01",
          modules: [
            { type: "ESModule", path: "stdin.js", contents: file(".js").text },
            { type: "CompiledWasm", path: "photon_rs_bg.wasm", contents: file(".wasm").contents },
          ],
        },
      ],
    }),
  );
  await mf.ready;
  return {
    async run(job, times = 1) {
      const body = JSON.stringify({ job, times }, (_, v) =>
        v instanceof Uint8Array ? { b64: Buffer.from(v).toString("base64") } : v,
      );
      const response = await mf.dispatchFetch("http://x/", { method: "POST", body });
      if (!response.ok) throw new Error(await response.text());
      return JSON.parse(await response.text(), (_, v) =>
        v?.b64 !== undefined ? new Uint8Array(Buffer.from(v.b64, "base64")) : v,
      );
    },
    dispose: () => mf.dispose(),
  };
}
