// The everyday mix of mix.json for k6 (1.0 or newer). Parameters by environment: URL, USERS, DURATION (seconds), AUTH,
// PREPARED (a path from this folder).
//   k6 run bench/load/k6.js

import { check } from "k6";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import { WebSocket } from "k6/websockets";

const MIX = JSON.parse(open("./mix.json"));
const PREPARED = JSON.parse(open(__ENV.PREPARED || "../../data/load.json"));
const BASE = (__ENV.URL || PREPARED.url).replace(/\/+$/, "");
const USERS = Number(__ENV.USERS || 10);
const SECONDS = Number(__ENV.DURATION || 30);
const PATIENCE_MS = 10_000;

const socketFailed = new Counter("socket_failed");
const socketTime = new Trend("socket_duration", true);

export const options = {
  scenarios: {
    // One iteration is a user's whole session: its socket stays open meanwhile.
    everyday: {
      executor: "per-vu-iterations",
      vus: USERS,
      iterations: 1,
      maxDuration: `${SECONDS + 30}s`,
    },
  },
  thresholds: { http_req_failed: ["rate==0"], checks: ["rate==1"], socket_failed: ["count==0"] },
};

export default async function everyday() {
  const number = __VU - 1;
  const user = PREPARED.users[number % PREPARED.users.length];
  const session = {
    token: user.token,
    known: { user: user.id, username: user.username, password: user.password, team: PREPARED.team },
  };
  if (__ENV.AUTH === "login") {
    session.token = "";
    session.token = (await send(session, MIX.login)).headers.Token;
  }
  for (const request of MIX.boot) await send(session, request);
  session.socket = await measured("socket", () => connect(session.token));
  if (!session.socket) return;
  // From here on a post is known.
  await step(session, MIX.steps[0]);
  const end = Date.now() + SECONDS * 1000;
  // Each step once, then by weight.
  for (let n = 0; Date.now() < end; n++) {
    await pause();
    await step(session, n < MIX.steps.length ? MIX.steps[(number + n) % MIX.steps.length] : weighted(MIX.steps));
  }
  session.socket.ws.close();
}

async function step(session, { requests }) {
  const fresh = {
    channel: anyOf(PREPARED.channels),
    pending: `${session.known.user}:${Date.now()}${Math.floor(Math.random() * 1e6)}`,
    emoji: anyOf(MIX.emoji),
    word: anyOf(MIX.words),
  };
  Object.assign(session.known, fresh);
  for (const request of requests) await send(session, request);
}

async function send(session, request) {
  const path = fill(request.path, session.known);
  const body = request.body && fill(request.body, session.known);
  const { name, method } = request;
  if (method === "SOCKET") return measured(name, () => session.socket.ask(path, body));
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (session.token) headers.Authorization = `Bearer ${session.token}`;
  const answer = await http.asyncRequest(method, `${BASE}/api/v4${path}`, body ? JSON.stringify(body) : null, {
    headers,
    tags: { name },
  });
  if (!check(answer, { [name]: ({ status }) => status >= 200 && status < 300 })) return answer;
  for (const [kept, way] of Object.entries(request.keep || {}))
    session.known[kept] = way.reduce((value, key) => value[key], answer.json());
  return answer;
}

/** What is not HTTP, in k6's figures; undefined when it failed. */
async function measured(name, work) {
  const began = Date.now();
  try {
    const result = await work();
    socketTime.add(Date.now() - began, { name });
    check(true, { [name]: (good) => good });
    return result;
  } catch (error) {
    console.error(`${name}: ${error}`);
    socketFailed.add(1, { name });
    return undefined;
  }
}

/** Resolves after hello. */
function connect(token) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${BASE.replace(/^http/, "ws")}/api/v4/websocket`, null, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const waiting = new Map();
    let seq = 0;
    const ask = (action, data) =>
      new Promise((answered, refused) => {
        const mine = ++seq;
        const late = setTimeout(() => refused(new Error("no reply")), PATIENCE_MS);
        waiting.set(mine, (frame) => {
          clearTimeout(late);
          if (frame.status === "OK") answered(frame);
          else refused(new Error(JSON.stringify(frame)));
        });
        ws.send(JSON.stringify({ action, seq: mine, data }));
      });
    const late = setTimeout(() => reject(new Error("no hello")), PATIENCE_MS);
    ws.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.event === "hello") {
        clearTimeout(late);
        resolve({ ws, ask });
      }
      const answer = waiting.get(frame.seq_reply);
      waiting.delete(frame.seq_reply);
      if (answer) answer(frame);
    };
    ws.onerror = () => reject(new Error("the socket failed"));
    ws.onclose = () => reject(new Error("the socket was closed"));
  });
}

/** The template with every {name} replaced, in strings at any depth. */
function fill(value, known) {
  if (typeof value === "string") return value.replace(/\{(\w+)\}/g, (_, name) => known[name]);
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, known)]));
  return value;
}

function weighted(steps) {
  let left = Math.random() * steps.reduce((sum, { weight }) => sum + weight, 0);
  return steps.find(({ weight }) => (left -= weight) < 0) || steps[0];
}

function pause() {
  const [least, most] = MIX.pauseMs;
  return new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
}

function anyOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}
