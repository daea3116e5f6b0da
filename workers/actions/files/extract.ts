import type { Context } from "../../context.ts";
import type { StoredFile } from "./upload.ts";

/** Told of every stored upload: where text of documents is extracted for file search (semantics 11.12; not built). */
export function notifyStored(_ctx: Context, _files: StoredFile[]): void {}
