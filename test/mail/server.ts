// A real SMTP server on loopback, and what it got.

import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { CERTIFICATE, KEY } from "./certificate.ts";

export interface Delivery {
  from: string;
  to: string[];
  user: string;
  secure: boolean;
  raw: string;
  mail: ParsedMail;
}

export interface MailServer {
  port: number;
  deliveries: Delivery[];
  /** The connections on which mail to the address was offered, refused or not. */
  connections(to: string): Set<string>;
  /** The next mail to the address that no earlier call has returned. */
  next(to: string): Promise<Delivery>;
  stop(): Promise<void>;
}

/** Addresses that begin with "refused" are. AUTH takes the password "right" only. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const deliveries: Delivery[] = [];
  const taken = new Set<Delivery>();
  let wake: (() => void)[] = [];
  const offers: { to: string; connection: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    cert: CERTIFICATE,
    key: KEY,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (password === "right") done(null, { user: username });
      else done(new Error("wrong password"));
    },
    onRcptTo({ address }, session, done) {
      offers.push({ to: address, connection: session.id });
      done(address.startsWith("refused") ? new Error("no such mailbox") : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        deliveries.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          user: session.user ?? "",
          secure: session.secure,
          raw: raw.toString("latin1"),
          mail: await simpleParser(raw),
        });
        done();
        for (const check of wake) check();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.server.address() as AddressInfo).port,
    deliveries,
    connections: (to) => new Set(offers.filter((each) => each.to === to).map(({ connection }) => connection)),
    next(to) {
      return new Promise((done, fail) => {
        const timer = setTimeout(
          () => fail(new Error(`no mail to ${to}; there are: ${deliveries.map((each) => each.to)}`)),
          20_000,
        );
        const check = () => {
          const found = deliveries.find((each) => !taken.has(each) && each.to.includes(to));
          if (!found) return;
          taken.add(found);
          clearTimeout(timer);
          wake = wake.filter((other) => other !== check);
          done(found);
        };
        wake.push(check);
        check();
      });
    },
    stop: () => new Promise((done) => server.close(() => done())),
  };
}
