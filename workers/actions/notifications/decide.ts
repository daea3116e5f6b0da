import type { StatusName } from "../../model/status.ts";

/** What of a post and its receiver decides whether the receiver is notified. */
export interface Case {
  /** The user's notify props, and those of its membership. */
  user: Record<string, string>;
  channel: Record<string, string>;
  status: StatusName;
  mentioned: boolean;
  /** Follows the thread that the post answers, and reads threads collapsed. */
  follower: boolean;
  /** Reads threads collapsed, and the post is a reply. */
  collapsedReply: boolean;
  channelType: string;
  postType: string;
  /** Looks at the channel right now. */
  looking: boolean;
}

const isMuted = ({ channel }: Case) => channel.mark_unread === "mention";

/** A membership's own level, where it is not the user's. */
function levelOf({ user, channel }: Case, key: string, standard: string): string {
  const own = channel[key];
  return own && own !== "default" ? own : user[key] || standard;
}

/** Whether a mail is due (semantics 23.1); of the account itself the caller knows more. */
export function wantsEmail(it: Case): boolean {
  if (it.postType === "system_auto_responder" || isMuted(it)) return false;
  if (it.status !== "offline" && it.status !== "away") return false;
  const standard = it.user.email || "true";
  if (it.collapsedReply)
    return (
      standard === "true" && (it.mentioned || (it.follower && (it.user.email_threads || "all") === "all"))
    );
  return it.mentioned && levelOf(it, "email", "true") !== "false";
}

/** Whether a push is due (semantics 23.4). */
export function wantsPush(it: Case): boolean {
  if (it.postType.startsWith("system_") || isMuted(it)) return false;
  if (!reachable(it)) return false;
  const level = levelOf(it, "push", "mention");
  if (level === "none") return false;
  if (it.collapsedReply && !it.mentioned)
    return it.follower && (level === "all" || levelOf(it, "push_threads", "all") === "all");
  return level === "all" || it.mentioned || it.channelType === "G";
}

function reachable({ status, user, looking }: Case): boolean {
  if (status === "dnd" || status === "ooo") return false;
  switch (user.push_status) {
    case "away":
      return status === "away" || status === "offline";
    case "offline":
      return status === "offline";
    default:
      return !looking;
  }
}
