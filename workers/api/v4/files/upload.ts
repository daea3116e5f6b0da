import { channelAndRights } from "../../../access/permissions.ts";
import { checkDirect, doUploadFiles } from "../../../actions/files/upload.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { openUpload, type UploadSource } from "./source.ts";

interface Grant {
  channel: Channel;
  source: UploadSource;
}

/** upload_file in the channel that the body or the query names; archived channels included (semantics 11.1). */
async function access(r: Req<any>): Promise<Grant> {
  if (!r.ctx.config.FileSettings.EnableFileAttachments) throw fail("api.file.attachments.disabled.app_error");
  const source = await openUpload(r);
  return draining(source, async () => {
    const [channel, rights] = await channelAndRights(r, source.channelId);
    if (!rights.channel(channel, "upload_file")) throw forbidden();
    await checkDirect(r.ctx, channel);
    return { channel, source };
  });
}

/** POST /files (semantics 11.1 to 11.6). */
export const uploadFiles = route<undefined, Grant>({
  method: "POST",
  path: "/api/v4/files",
  auth: "session",
  status: 201,
  upload: true,
  access,
  handle: (r, { channel, source }) => {
    const work = draining(source, () =>
      doUploadFiles(r.ctx, { channel, userId: r.userId, bookmark: r.bool("bookmark") }, source),
    );
    // Goes on when the client goes away, so that nothing of a broken upload stays in the store.
    r.ctx.background(work.catch(() => undefined));
    return work;
  },
});

/** An error is only answered when the client has sent its body: before, many would not read the answer. */
export async function draining<T>(source: Pick<UploadSource, "drain">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await source.drain();
    throw error;
  }
}
