import type { Env } from "../../env.ts";
import type { Compute } from "./compute.ts";
import { inlineCompute } from "./inline.ts";
import { remoteCompute } from "./remote.ts";

export function createCompute(env: Env): Compute {
  return env.COMPUTE ? remoteCompute(env.COMPUTE) : inlineCompute;
}
