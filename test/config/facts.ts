import type { ClientFacts } from "../../workers/config/client.ts";

export const facts: ClientFacts = {
  loggedIn: true,
  noAccounts: false,
  diagnosticId: "a".repeat(26),
  asymmetricPublicKey: "MFkw",
  installationDate: "1700000000000",
  schemaVersion: "159",
};
