import type { Route } from "../../../http/route.ts";
import { deleteReaction, saveReaction } from "./change.ts";
import { bulkReactions, postReactions } from "./list.ts";

export const reactions: Route[] = [saveReaction, deleteReaction, postReactions, bulkReactions];
