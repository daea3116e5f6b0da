import type { FileInfo } from "@mattermost/types/files";
import type { Person } from "../harness/people.ts";

export interface TestFile {
  name: string;
  bytes: Uint8Array | string;
}

export interface Uploaded {
  file_infos: (FileInfo & Record<string, unknown>)[];
  client_ids: string[];
}

/** A form as the web client sends it: the channel, the client ids, then the files. */
export function formOf(
  channelId: string,
  files: TestFile[],
  clientIds = files.map((_, i) => `client-${i}`),
): FormData {
  const form = new FormData();
  form.append("channel_id", channelId);
  for (const id of clientIds) form.append("client_ids", id);
  for (const { name, bytes } of files) form.append("files", new Blob([bytes as string]), name);
  return form;
}

/** POST /files; the answer, whatever it is. */
export function upload(who: Person, channelId: string, files: TestFile[], clientIds?: string[]) {
  return who.request("POST", "files", formOf(channelId, files, clientIds));
}

/** Uploads one file; its info. */
export async function uploadOne(
  who: Person,
  channelId: string,
  name: string,
  bytes: Uint8Array | string,
): Promise<Uploaded["file_infos"][0]> {
  const { status, body, text } = await upload(who, channelId, [{ name, bytes }]);
  if (status !== 201) throw new Error(`${status} ${text}`);
  return (body as Uploaded).file_infos[0]!;
}

/** A GET or HEAD as a browser makes it; `bytes` is what came. */
export async function download(
  who: Person,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
) {
  const response = await fetch(`${who.node.url}${path.startsWith("/") ? path : `/api/v4/${path}`}`, {
    method,
    headers: { ...(who.token ? { authorization: `Bearer ${who.token}` } : {}), ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}
