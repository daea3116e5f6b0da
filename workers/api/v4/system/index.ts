import type { Route } from "../../../http/route.ts";
import { admin } from "./admin.ts";
import { busy } from "./busy.ts";
import { client } from "./client.ts";
import { config } from "./config.ts";
import { everyone } from "./everyone.ts";
import { ping } from "./ping.ts";
import { tryOut } from "./try-out.ts";

export const system: Route[] = [...ping, ...client, ...config, ...admin, ...busy, ...everyone, ...tryOut];
