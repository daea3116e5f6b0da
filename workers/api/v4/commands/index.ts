import type { Route } from "../../../http/route.ts";
import { autocompleteRoutes } from "./autocomplete.ts";
import { executeCommand } from "./execute.ts";
import { manageRoutes } from "./manage.ts";
import { receiveCommand } from "./receive.ts";

export const commands: Route[] = [executeCommand, ...autocompleteRoutes, ...manageRoutes, receiveCommand];
