import type { Route } from "../../../http/route.ts";
import { incomingRoutes } from "./incoming.ts";
import { outgoingRoutes } from "./outgoing.ts";
import { receiveIncoming } from "./receive.ts";

export const hooks: Route[] = [...incomingRoutes, ...outgoingRoutes, receiveIncoming];
