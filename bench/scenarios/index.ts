import type { Scenario } from "../measure/scenario.ts";
import { boot } from "./boot.ts";
import { channels } from "./channels.ts";
import { fanout } from "./fanout.ts";
import { login } from "./login.ts";
import { me } from "./me.ts";
import { mixed } from "./mixed.ts";
import { nodes } from "./nodes.ts";
import { page } from "./page.ts";
import { post } from "./post.ts";
import { redis } from "./redis.ts";
import { resume } from "./resume.ts";

/** In the order in which they run. */
export const scenarios: Scenario[] = [
  login,
  boot,
  me,
  channels,
  page,
  post,
  fanout,
  resume,
  mixed,
  nodes,
  redis,
];
