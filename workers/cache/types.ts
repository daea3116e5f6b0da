/** Mention keywords that are not usernames (semantics 2.4): lower-cased or exact keyword to users, for the whole install. */
export interface KeywordIndex {
  users: Map<string, string[]>;
  /** The same the other way round. */
  words: Map<string, string[]>;
  /** Those with characters outside ASCII: they also match inside a longer token (semantics 2.3). */
  multibyte: Set<string>;
}
