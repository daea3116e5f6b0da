import type { Env } from "../../env.ts";
import type { Meter } from "../meter.ts";
import type { Bus, Caller } from "./bus.ts";
import { directBus } from "./direct.ts";
import { redisBus } from "./redis.ts";

export function createBus(env: Env, meter: Meter, caller: Caller): Bus {
  return env.PROFILE === "cluster" ? redisBus(env, meter, caller) : directBus(env, meter);
}
