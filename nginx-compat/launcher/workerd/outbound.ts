// The network services of a node's outgoing requests (workers/ports/outbound).

import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { allowedInternal } from "../../../workers/ports/outbound/guard.ts";

export interface NetworkAccess {
  allow: string[];
  deny: string[];
}

/**
 * OUTBOUND_PUBLIC reaches public addresses, except this machine's own, and the ranges of
 * ServiceSettings.AllowedUntrustedInternalConnections (`allowed`); OUTBOUND_ANY reaches all.
 */
export function outboundNetworks(allowed: string): Record<string, NetworkAccess> {
  const { ranges } = allowedInternal(allowed);
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address.replace(/%.*$/, ""))
    .filter((address) => {
      const parsed = ipaddr.process(address);
      return !ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
    })
    .map((address) => `${address}/${ipaddr.parse(address).kind() === "ipv4" ? 32 : 128}`);
  const shown = ranges.map(([range, bits]) => `${range.toNormalizedString()}/${bits}`);
  return {
    OUTBOUND_PUBLIC: { allow: ["public", ...shown], deny: [...new Set(own)] },
    OUTBOUND_ANY: { allow: ["public", "private", "local"], deny: [] },
  };
}
