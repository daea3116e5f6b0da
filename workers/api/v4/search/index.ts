import type { Route } from "../../../http/route.ts";
import { searchAllFiles, searchTeamFiles } from "./files.ts";
import { searchAllPosts, searchTeamPosts } from "./posts.ts";

export const search: Route[] = [searchTeamPosts, searchAllPosts, searchTeamFiles, searchAllFiles];
