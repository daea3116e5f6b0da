import type { Env } from "../../env.ts";
import type { Meter } from "../meter.ts";
import type { Bus } from "./bus.ts";
import { directBus } from "./direct.ts";
import { redisBus } from "./redis.ts";

export function createBus(env: Env, meter: Meter): Bus {
  return env.PROFILE === "cluster" ? redisBus(env, meter) : directBus(env, meter);
}
