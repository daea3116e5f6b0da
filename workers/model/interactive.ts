import { attachmentsOf } from "../text/attachments.ts";

/** A button or menu of a message attachment as it is stored (semantics 20.1); clients never get `integration`. */
export interface PostAction {
  id?: string;
  /** "button" or "select". */
  type?: string;
  name?: string;
  data_source?: string;
  integration?: { url?: string; context?: Record<string, unknown> | null } | null;
  /** What an ephemeral post, which has no row, carries in place of `integration` (semantics 20.5). */
  cookie?: string;
  [field: string]: unknown;
}

type Props = Record<string, unknown>;

const isAction = (value: unknown): value is PostAction =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every action of a post's attachments. */
export function actionsOf(props: Props): PostAction[] {
  return attachmentsOf(props).flatMap(({ actions }) =>
    Array.isArray(actions) ? actions.filter(isAction) : [],
  );
}

/** Props with each action replaced by what `change` makes of it; the same object where there are no actions. */
export function mapActions(props: Props, change: (action: PostAction) => PostAction): Props {
  if (actionsOf(props).length === 0) return props;
  const attachments = (props.attachments as unknown[]).map((attachment) => {
    const actions = (attachment as Props | null)?.actions;
    if (!Array.isArray(actions)) return attachment;
    return {
      ...(attachment as Props),
      actions: actions.map((action) => (isAction(action) ? change(action) : action)),
    };
  });
  return { ...props, attachments };
}

/** Props as clients get them (semantics 20.1). */
export function withoutIntegrations(props: Props): Props {
  if (!actionsOf(props).some((action) => "integration" in action)) return props;
  return mapActions(props, ({ integration: _, ...action }) => action);
}

/** Gives actions that came back from a client the integration that they have in `before`. */
export function withIntegrationsOf(before: Props, props: Props): Props {
  const known = new Map(actionsOf(before).map((action) => [action.id, action.integration]));
  if (known.size === 0) return props;
  return mapActions(props, (action) => {
    const integration = action.integration ?? known.get(action.id);
    return integration ? { ...action, integration } : action;
  });
}

/** The same as `withoutIntegrations`, of a jsonb expression (SQL); looks no further where a post has no attachments. */
export const clientProps = (props: string) => `CASE WHEN jsonb_typeof(${props}->'attachments') = 'array'
    AND jsonb_path_exists(${props}, 'lax $.attachments[*].actions[*].integration')
  THEN ${props} || jsonb_build_object('attachments', (SELECT jsonb_agg(
    CASE WHEN jsonb_typeof(a.v) = 'object' AND jsonb_typeof(a.v->'actions') = 'array' THEN a.v || jsonb_build_object('actions',
      (SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(b.v) = 'object' THEN b.v - 'integration' ELSE b.v END ORDER BY b.n), '[]')
        FROM jsonb_array_elements(a.v->'actions') WITH ORDINALITY b(v, n)))
    ELSE a.v END ORDER BY a.n) FROM jsonb_array_elements(${props}->'attachments') WITH ORDINALITY a(v, n)))
  ELSE coalesce(${props}, '{}') END`;
