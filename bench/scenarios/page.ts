import { ops } from "../measure/ops.ts";
import { requests, type Scenario } from "../measure/scenario.ts";

export const page: Scenario = {
  name: "page",
  about: "GET the newest 60 posts, channels and users in turn",
  bar: 3,
  async start(target, options) {
    const who = { users: target.members, rotate: true };
    return requests("page", target, options, who, (_, n) => ops.page(target, n));
  },
};
