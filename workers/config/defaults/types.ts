/** A map whose keys the configuration does not fix (plugin ids, log targets): merged and replaced whole. */
export type OpenMap = Record<string, unknown>;

export interface ReplicaLag {
  DataSource: string;
  QueryAbsoluteLag: string;
  QueryTimeLag: string;
}
