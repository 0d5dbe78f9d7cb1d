// A scripted chat API v3 in place of `window.fetch` (transports 3).
for (const name of ["agentTypingTimeout", "capabilitiesChanged", "sessionLost", "supervisorConnected", "externalConnected"]) {
  if (!SERVICE_EVENTS.includes(name)) SERVICE_EVENTS.push(name);
}
const SESSIONS = "/nexus/v3/chat/sessions", LOCK = "_genesys.widgets.chatPollPending";
localStorage.removeItem(LOCK);
const tokenOf = (more) => `h.${btoa(JSON.stringify({ sessionId: "S1", transportId: "T1", participantId: "P1", ...more }))}.s`;
const fakeV3 = () => {
  const v3 = { requests: [], transcript: [], delivered: 0, fail: {}, ended: false, token: tokenOf(), code: 1, bare: false, backwards: false,
    picture: new Uint8Array([1, 2, 3]) };
  const CUSTOMER = { nickname: "Ada", participantId: "P1", type: "Customer" };
  v3.agent = { firstName: "Grace", participantId: "P2", type: "Agent" };
  v3.add = (type, from, more) => {
    const number = v3.transcript.length + 1;
    v3.transcript.push({ index: `0-${String(number).padStart(3, "0")}`, utcTime: 1700000000000 + number * 1000, type, from: from || v3.agent, ...more });
  };
  v3.add("ParticipantJoined", CUSTOMER);
  v3.say = (text, from) => v3.add("Text", from, { text });
  v3.sent = (method, path) => v3.requests.filter((one) => one.method === method && one.path === SESSIONS + path);
  v3.polls = () => v3.sent("GET", "/S1/messages").filter((one) => !one.query.has("count"));
  const good = (data) => Response.json({ status: { code: v3.code, message: "ok" }, ...(data ? { data } : {}) });
  const list = (query) => {
    const position = v3.transcript.findIndex((one) => one.index === query.get("index")) + 1;
    if (query.has("count")) {
      if (!query.has("index")) v3.delivered = v3.transcript.length;
      const upTo = query.has("index") ? position : v3.transcript.length;
      return v3.transcript.slice(Math.max(0, upTo - Number(query.get("count"))), upTo);
    }
    const news = v3.transcript.slice(query.has("index") ? position : v3.delivered);
    v3.delivered = v3.transcript.length;
    return news;
  };
  const answer = async (request) => {
    const url = new URL(request.url), type = request.headers.get("content-type") || "";
    const form = type.startsWith("multipart") ? await request.formData() : null, raw = form ? "" : await request.text();
    const one = { method: request.method, path: url.pathname, query: url.searchParams, raw, fields: form || new URLSearchParams(raw), type,
      signal: request.signal,
      key: request.headers.get("x-api-key"), token: request.headers.get("x-nexus-client-key") };
    v3.requests.push(one);
    const failing = Object.entries(v3.fail).find(([what]) => `${one.method} ${one.path.replace(SESSIONS, "")}`.startsWith(what));
    if (failing) {
      const [status, code, message] = failing[1];
      if (!status) throw new TypeError("Failed to fetch");
      return Response.json({ status: { code, message } }, { status });
    }
    if (one.path === "/nexus/v3/chat/picture") return new Response(v3.picture);
    if (one.path === "/nexus/v3/chat/nowhere") return new Response("no", { status: 404 });
    if (one.path === SESSIONS) return good({ clientToken: v3.token, selfUri: `${SESSIONS}/S1` });
    if (one.method !== "GET") return good();
    if (v3.bare) return good();
    const messages = list(url.searchParams);
    return good({ messages: v3.backwards ? [...messages].reverse() : messages, chatEnded: v3.ended });
  };
  window.fetch = (request) => answer(request);
  return v3;
};
const v3Config = (transport, webchat) => ({ main: {}, webchat: { transport: { type: "pureengage-v3-rest", dataURL: location.origin + SESSIONS,
  headers: { "x-api-key": "A1" }, endpoint: "E1", stream: "web", pollTimeout: 100, ...transport }, ...webchat } });
const readyV3 = async (transport, webchat) => {
  const spy = makeSpy(CXBus);
  run(CXBus, v3Config(transport, webchat));
  await until(() => spy.has("ready"), "ready");
  await spy.command("WebChatService.verifySession");
  return spy;
};
const startV3 = async (transport, webchat) => {
  const spy = await readyV3(transport, webchat);
  await spy.command("WebChatService.startChat", { firstname: "Ada" });
  await until(() => spy.has("clientConnected"), "clientConnected");
  return spy;
};
const v3Cookie = (name, value) => { document.cookie = `_genesys.widgets.webchat.state.pureengage-v3-rest.${name}=${value}; path=/`; };
const goodbye = async (spy) => { spy.command("WebChatService.endChat"); await until(() => spy.has("ended"), "ended"); };
const outcome = (spy, name, data) => settled(spy.command(`WebChatService.${name}`, data));
