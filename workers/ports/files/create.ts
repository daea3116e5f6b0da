import type { Config } from "../../config/load.ts";
import type { Env } from "../../env.ts";
import { fail } from "../../errors/app-error.ts";
import type { Meter } from "../meter.ts";
import { amazons3Files } from "./amazons3.ts";
import type { Files } from "./files.ts";
import { localFiles } from "./local.ts";

/** The store that FileSettings.DriverName names; on the edge that is R2 or another S3. */
export function createFiles(env: Env, config: Config, meter: Meter): Files {
  const settings = config.FileSettings;
  if (settings.DriverName === "amazons3") return amazons3Files(settings, meter);
  return env.FILES_DISK ? localFiles(env.FILES_DISK, meter) : noFiles;
}

const refuse = () => Promise.reject(fail("app.files.not_configured.app_error"));

/** An edge deployment without a bucket: everything but files works. */
const noFiles: Files = {
  read: refuse,
  stat: refuse,
  exists: refuse,
  write: refuse,
  remove: refuse,
  move: refuse,
  list: refuse,
  reachable: () => Promise.resolve(false),
};
