import { postAsUser } from "../post.ts";
import type { BuiltIn, Call, Outcome } from "../types.ts";

const SHRUG = "¯\\\\\\_(ツ)\\_/¯";
/** Seconds. On the edge a request lives no longer than that after its answer. */
const MAX_DELAY = 10_000;
const MAX_EDGE_DELAY = 25;

/** "text" [delay], or text with a number at its end. */
function parseEcho(text: string): { message: string; delay: number } {
  const quoted = /^"([\s\S]*)"\s*(\d{1,9})?$/.exec(text);
  if (quoted) return { message: quoted[1]!.trim(), delay: Number(quoted[2] ?? 0) };
  const number = /\s(\d{1,9})$/.exec(text);
  if (!number) return { message: text, delay: 0 };
  return { message: text.slice(0, number.index).trim(), delay: Number(number[1]) };
}

/** A delayed post is lost when the node stops first. */
function echo({ r, ctx, channel, rights, rootId, text }: Call): Outcome {
  const { message, delay } = parseEcho(text);
  if (!message) return { text: 'Say what to echo: `/echo "text" [delay in seconds]`.' };
  const max = ctx.env.PROFILE === "edge" ? MAX_EDGE_DELAY : MAX_DELAY;
  if (delay > max) return { text: `The delay is at most ${max} seconds.` };
  if (delay === 0) return { text: message, inChannel: true };
  const later = new Promise((resolve) => setTimeout(resolve, delay * 1_000));
  ctx.background(later.then(() => postAsUser(r, { channel, rights, rootId, message })));
  return {};
}

export const asText: BuiltIn[] = [
  {
    trigger: "me",
    hint: "[message]",
    description: "Do an action",
    run: ({ text }) =>
      text
        ? { text: `*${text}*`, inChannel: true, type: "me", props: { message: text } }
        : { text: "Say what you do: `/me waves`." },
  },
  {
    trigger: "shrug",
    hint: "[message]",
    description: "Add ¯\\_(ツ)_/¯ to your message",
    run: ({ text }) => ({ text: text ? `${text} ${SHRUG}` : SHRUG, inChannel: true }),
  },
  {
    trigger: "code",
    hint: "[text]",
    description: "Show text as a code block",
    run: ({ text }) =>
      text
        ? { text: `    ${text.replaceAll("\n", "\n    ")}`, inChannel: true }
        : { text: "A message must follow `/code`." },
  },
  {
    trigger: "echo",
    hint: '"message" [delay in seconds]',
    description: "Post text back, after a delay if you wish",
    run: echo,
  },
];
