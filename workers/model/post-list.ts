/** What list routes answer (semantics 4.2): ids newest first, and the posts by id, which may be more than the ids. */
export interface PostListHead {
  order: string[];
  /** The neighbours of what is listed, "" where there are none. */
  next: string;
  prev: string;
  /** Only of threads. */
  hasNext?: boolean;
}

const FRONT = '{"order":[';

/** The text of a list; each post is its id and its finished JSON. */
export function listText(
  { order, next, prev, hasNext }: PostListHead,
  posts: Iterable<{ id: string; text: string }>,
): string {
  let text = order.length > 0 ? `${FRONT}"${order.join('","')}"],"posts":{` : `${FRONT}],"posts":{`;
  let comma = "";
  for (const post of posts) {
    text += `${comma}"${post.id}":${post.text}`;
    comma = ",";
  }
  return `${text}},"next_post_id":"${next}","prev_post_id":"${prev}"${hasNext === undefined ? "" : `,"has_next":${hasNext}`},"first_inaccessible_post_time":0}`;
}

const ID_AT = '{"id":"'.length;

/** What joins the rows of POST_TEXT (as SQL): a character that JSON never holds as it is. */
export const TEXT_SEPARATOR = "chr(30)";

/** The posts of POST_TEXT rows joined by TEXT_SEPARATOR. */
export function splitTexts(texts: string | null): { id: string; text: string }[] {
  return texts ? texts.split("\x1e").map((text) => ({ id: text.slice(ID_AT, ID_AT + 26), text })) : [];
}
