import { fail } from "../../errors/app-error.ts";
import type { ImageResult } from "../../images/compute.ts";
import type { Verdict } from "../../passwords/passwords.ts";
import type { Compute, Job } from "./compute.ts";
import { inlineCompute } from "./inline.ts";
import { decodeMessage, encodeMessage } from "./message.ts";

/** Jobs under way from this node; beyond it a login that waits would time out anyway. */
const MAX_WAITING = { password: 256, image: 32 };
const TIMEOUT_MS = 60_000;

const waiting = { password: 0, image: 0 };

class Unreachable extends Error {}

/** The self-hosted adapter: a second workerd process on the same machine. */
export function remoteCompute(service: Fetcher): Compute {
  const run = async <T>(job: Job): Promise<T> => {
    const queue = job.kind === "image" ? "image" : "password";
    if (waiting[queue] >= MAX_WAITING[queue]) throw fail("api.context.server_busy.app_error");
    waiting[queue]++;
    try {
      return (await ask(service, job)) as T;
    } finally {
      waiting[queue]--;
    }
  };
  return {
    hashPassword: (password) => {
      return run<string>({ kind: "hash", password }).catch(
        orInline(() => inlineCompute.hashPassword(password)),
      );
    },
    verifyPassword: (password, stored) => {
      const inline = () => inlineCompute.verifyPassword(password, stored);
      return run<Verdict>({ kind: "verify", password, stored }).catch(orInline(inline));
    },
    runImageJob: (job) => run<ImageResult>({ kind: "image", job }).catch(orInline(busy)),
  };
}

async function ask(service: Fetcher, job: Job): Promise<unknown> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    response = await service.fetch("http://compute/job", {
      method: "POST",
      body: encodeMessage(job) as BodyInit,
      signal,
    });
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw response.status === 503
      ? fail("api.context.server_busy.app_error")
      : new Error(`compute answered ${response.status}`);
  }
  return decodeMessage(new Uint8Array(await response.arrayBuffer()));
}

/** While the compute process restarts, a login is worth 70 ms of the node's own time; an image is not. */
function orInline<T>(inline: () => Promise<T>) {
  return (error: unknown): Promise<T> => {
    if (error instanceof Unreachable) return inline();
    throw error;
  };
}

function busy(): Promise<never> {
  return Promise.reject(fail("api.context.server_busy.app_error"));
}
