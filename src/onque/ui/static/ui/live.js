// The page's line to the hub: hints, presence, and polling where sockets are blocked.
//
// Says on document: onque:hint {topic, kind, lsn, data}, onque:resync, onque:presence {…, people},
// onque:denied {topic}, onque:live {state: connecting | connected | reconnecting | polling}.
// A hint says that something changed, never what: whoever hears it fetches the fragment.

const { socketUrl, pollUrl, cursor: firstCursor } = document.body.dataset;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const RESTART_SPREAD_MS = 8000;
const SERVICE_RESTART = 1012;
const BEAT_MS = 25_000;
const ANSWER_MS = 10_000;
const GREETING_MS = 10_000;
const TRIES_BEFORE_POLLING = 3;
const POLL_MS = 5000;
const RETRY_WHILE_POLLING_MS = 60_000;
const UNKNOWN_CURSOR = "none:0-0"; // answered with a resync

const topics = new Set((document.body.dataset.topics ?? "desk.list").split(" ").filter(Boolean));
const places = new Map(); // ticket -> state last said
let cursor = firstCursor || UNKNOWN_CURSOR;
let socket = null;
let greeted = false;
let greeting = "";
let failures = 0;
let isPolling = false;
let retryTimer = 0;
let pollTimer = 0;
let deadline = 0;

function say(name, detail) {
  document.dispatchEvent(new CustomEvent(`onque:${name}`, { detail }));
}

function send(message) {
  if (!greeted || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

// --- what pages call ---------------------------------------------------------------------------------------

/** Hear the hints of more topics from now on. */
export function follow(...names) {
  const fresh = names.filter((name) => !topics.has(name));
  for (const name of fresh) topics.add(name);
  if (fresh.length) send({ op: "sub", topics: fresh, cursor });
}

/** Hear them no longer. */
export function unfollow(...names) {
  for (const name of names) topics.delete(name);
  send({ op: "unsub", topics: names });
}

/** Say that the reader is at a followed ticket: viewing, writing, away or gone. Kept over reconnects. */
export function presence(ticket, state) {
  if (state === "gone") places.delete(ticket);
  else places.set(ticket, state);
  send({ op: "presence", ticket, state: seen(state) });
}

function seen(state) {
  return document.hidden && state !== "gone" ? "away" : state;
}

function sayPlaces() {
  for (const [ticket, state] of places) send({ op: "presence", ticket, state: seen(state) });
}

// --- the socket --------------------------------------------------------------------------------------------

function address() {
  const url = new URL(socketUrl, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}

function connect() {
  clearTimeout(retryTimer);
  if (socket && socket.readyState <= WebSocket.OPEN) return;
  greeted = false;
  socket = new WebSocket(address());
  socket.addEventListener("message", ({ target, data }) => { if (target === socket) hear(JSON.parse(data)); });
  socket.addEventListener("close", ({ target, code }) => { if (target === socket) lost(code); });
  expectAnswer(GREETING_MS);
}

function hear(message) {
  clearTimeout(deadline);
  if (message.op === "hello") greet(message);
  else if (message.op === "hint") hint(message);
  else if (message.op === "resync") say("resync");
  else if (message.op === "presence") say("presence", message);
  else if (message.op === "denied") denied(message.topic);
  else if (message.op === "pong") caughtUp();
}

function greet(message) {
  greeted = true;
  failures = 0;
  greeting = message.cursor ?? "";
  stopPolling();
  send({ op: "sub", topics: [...topics], cursor });
  sayPlaces();
  beat(); // its answer comes after the replay
  say("live", { state: "connected" });
}

function hint(message) {
  cursor = message.cursor;
  say("hint", message);
}

function denied(topic) {
  topics.delete(topic);
  say("denied", { topic });
}

// All that was missed has been said, so the log may be taken up where the greeting saw its end.
function caughtUp() {
  if (greeting && isLater(greeting, cursor)) cursor = greeting;
  greeting = "";
}

function isLater(left, right) {
  const [epoch, id] = left.split(":");
  const [otherEpoch, otherId] = right.split(":");
  if (epoch !== otherEpoch) return true;
  const [ms, n] = id.split("-").map(Number);
  const [otherMs, otherN] = otherId.split("-").map(Number);
  return ms > otherMs || (ms === otherMs && n > otherN);
}

function lost(code) {
  clearTimeout(deadline);
  socket = null;
  greeted = false;
  failures += 1;
  if (failures >= TRIES_BEFORE_POLLING) startPolling();
  else say("live", { state: "reconnecting" });
  retryTimer = setTimeout(connect, waitMs(code));
}

// Chance spreads the pages out: after a restart they would all come back in the same moment.
function waitMs(code) {
  if (isPolling) return RETRY_WHILE_POLLING_MS * (0.5 + Math.random());
  if (code === SERVICE_RESTART) return FIRST_WAIT_MS + Math.random() * RESTART_SPREAD_MS;
  const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return limit / 2 + (Math.random() * limit) / 2;
}

// A network that went away silently closes nothing: no answer in time is the only sign.
function expectAnswer(ms) {
  clearTimeout(deadline);
  const asked = socket;
  deadline = setTimeout(() => {
    if (asked !== socket) return;
    asked.close();
    lost(0);
  }, ms);
}

function beat() {
  if (send({ op: "ping" })) expectAnswer(ANSWER_MS);
}

// --- polling ------------------------------------------------------------------------------------------------

function startPolling() {
  say("live", { state: navigator.onLine ? "polling" : "reconnecting" });
  if (isPolling || !pollUrl) return;
  isPolling = true;
  poll();
}

function stopPolling() {
  isPolling = false;
  clearTimeout(pollTimer);
}

async function poll() {
  const url = new URL(pollUrl, location.href);
  url.searchParams.set("cursor", cursor);
  for (const topic of topics) url.searchParams.append("topic", topic);
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    if (isPolling) take(await answer.json());
  } catch {
    if (isPolling) say("live", { state: "reconnecting" });
  }
  if (isPolling) pollTimer = setTimeout(poll, POLL_MS * (document.hidden ? 6 : 1) * (0.8 + Math.random() * 0.4));
}

function take(answer) {
  cursor = answer.cursor || UNKNOWN_CURSOR;
  say("live", { state: "polling" });
  if (answer.op === "resync") say("resync");
  for (const one of answer.hints ?? []) say("hint", one);
}

// --- the page's life ------------------------------------------------------------------------------------------

function wake() {
  if (document.hidden) return;
  if (greeted) beat();
  else connect();
}

if (socketUrl) {
  document.addEventListener("visibilitychange", () => { sayPlaces(); wake(); });
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("pagehide", () => { for (const ticket of places.keys()) send({ op: "presence", ticket, state: "gone" }); });
  setInterval(beat, BEAT_MS);
  say("live", { state: "connecting" });
  connect();
}
