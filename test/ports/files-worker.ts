import { loadConfig } from "../../workers/config/load.ts";
import type { Env } from "../../workers/env.ts";
import { createFiles } from "../../workers/ports/files/create.ts";
import { Meter } from "../../workers/ports/meter.ts";
import { answerCase } from "./cases.ts";
import { type FilesSubject, filesCases, unreachableCases } from "./files-suite.ts";

/** `stores`: FileSettings by name; one of a suite's name may be called `down …`, and must then fail. */
type TestEnv = Env & { STORES: string };
type Stores = Record<string, Record<string, unknown>>;

let configs: Map<string, ReturnType<typeof loadConfig>["config"]> | undefined;

export default {
  fetch(request: Request, env: TestEnv) {
    configs ??= new Map(
      Object.entries(JSON.parse(env.STORES) as Stores).map(([name, FileSettings]) => [
        name,
        loadConfig({ file: { FileSettings }, environment: {} }).config,
      ]),
    );
    const suites = Object.fromEntries(
      [...configs].map(([name, config]) => {
        const subject = (): FilesSubject => {
          const meter = new Meter();
          return { files: createFiles(env, config, meter), meter };
        };
        return [name, { cases: name.startsWith("down") ? unreachableCases : filesCases, subject }];
      }),
    );
    return answerCase(request, suites);
  },
};
