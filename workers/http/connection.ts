import { isId } from "../model/id.ts";
import type { Req } from "./request.ts";

/** The connection that the request comes from (`Connection-Id`), which needs no echo of it; "" where it says none. */
export function connectionOf(r: Req<any>): string {
  const id = r.header("connection-id");
  return isId(id) ? id : "";
}
