import type { Config } from "../../config/load.ts";
import type { Post } from "../../model/post.ts";
import type { Message } from "../../ports/mail/mail.ts";
import { render } from "../mail/layout.ts";
import type { Draft } from "../posts/create.ts";
import { saidIn, senderOf } from "./push-text.ts";

/**
 * The mail about a post, but for its receiver. Mails about one thread are one conversation (semantics 23.3). Contents
 * "generic" tell neither the words nor the channel.
 */
export function postLetter(config: Config, draft: Draft, post: Post): Omit<Message, "to"> {
  const { channel } = draft;
  const { SiteName } = config.TeamSettings;
  const { EmailNotificationContentsType, UseChannelInEmailNotifications } = config.EmailSettings;
  const { SiteURL } = config.ServiceSettings;
  const full = EmailNotificationContentsType === "full";
  const direct = channel.type === "D";
  const place = channel.type === "G" ? "a group message" : channel.display_name;
  const sender = senderOf(config, draft);
  const title = direct
    ? `${sender} sent you a direct message`
    : full
      ? `${sender} wrote in ${place}`
      : `${sender} notified you`;
  const subject =
    direct || !full || !UseChannelInEmailNotifications
      ? `[${SiteName}] ${direct ? "Direct message" : "Notification"} from ${sender}`
      : `[${SiteName}] Notification in ${place}`;
  const host = URL.canParse(SiteURL) ? new URL(SiteURL).hostname : "localhost";
  const said = full ? saidIn(post) : "";
  const letter = render(config, {
    subject,
    title,
    paragraphs: said ? [] : ["Open the app to read it."],
    ...(said ? { quote: said } : {}),
    ...(SiteURL
      ? { button: { label: "View message", url: `${SiteURL.replace(/\/+$/, "")}/_redirect/pl/${post.id}` } }
      : {}),
  });
  return {
    ...letter,
    messageId: `<${post.id}@${host}>`,
    ...(post.root_id ? { inReplyTo: `<${post.root_id}@${host}>` } : {}),
  };
}
