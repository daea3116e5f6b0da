import type { Scenario } from "../scenario.ts";
import { channels } from "./channels.ts";
import { fanout } from "./fanout.ts";
import { login } from "./login.ts";
import { me } from "./me.ts";
import { mixed } from "./mixed.ts";
import { page } from "./page.ts";
import { post } from "./post.ts";
import { resume } from "./resume.ts";

/** In the order in which they run. */
export const scenarios: Scenario[] = [login, me, channels, page, post, fanout, resume, mixed];
