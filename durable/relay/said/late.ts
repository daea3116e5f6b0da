import type { Bundle, Effect } from "../../../workers/events/envelope.ts";

/**
 * A bundle whose publication took long: what others did meanwhile may be in the stream already, so it must not say
 * which memberships there are, only that those of its users have to be read anew.
 */
export function asLate(bundle: Bundle): Bundle {
  const users = new Set<string>();
  const effects = bundle.effects.map((effect): Effect => {
    if (effect.kind !== "channel_member" && effect.kind !== "team_member") return effect;
    users.add(effect.user);
    return { ...effect, op: "change" };
  });
  return { ...bundle, effects: [...effects, ...[...users].map((id): Effect => ({ kind: "user", id }))] };
}
