import type { Route } from "../../../http/route.ts";
import { readStatus } from "./read.ts";
import { setOwnStatus } from "./set.ts";
import { typing } from "./typing.ts";

export const status: Route[] = [...readStatus, ...setOwnStatus, ...typing];
