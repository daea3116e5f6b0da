import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { StartError } from "../errors.ts";

/** The certificates of a PEM file, one text each. Throws StartError where there is none that can be read. */
export function readCertificates(path: string): string[] {
  try {
    const found =
      readFileSync(path, "utf8").match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    if (found.length === 0) throw new Error("it holds no certificate");
    return found.map((pem) => new X509Certificate(pem).toString());
  } catch (error) {
    throw new StartError(`NODE_EXTRA_CA_CERTS: ${path} cannot be used: ${(error as Error).message}`);
  }
}
