import type { Route } from "../../../http/route.ts";
import { autocompleteRoutes } from "./autocomplete.ts";
import { executeCommand } from "./execute.ts";

export const commands: Route[] = [executeCommand, ...autocompleteRoutes];
