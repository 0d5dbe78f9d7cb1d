// A scripted Guest Chat API in place of `window.fetch` and `window.WebSocket` (transports 2).
for (const name of ["agentTypingTimeout", "capabilitiesChanged", "botConnected", "botDisconnected"]) {
  if (!SERVICE_EVENTS.includes(name)) SERVICE_EVENTS.push(name);
}
const ROOT = "/cloud/api/v2/webchat/guest/conversations";
const fakeCloud = () => {
  const cloud = { requests: [], history: [], members: {}, sockets: [], fail: {}, refuse: 0, page: 100, clock: 1700000000000, deleted: 204 };
  cloud.members.me = { id: "me", displayName: "Ada Byron", role: "CUSTOMER", state: "CONNECTED" };
  cloud.members.queue = { id: "queue", displayName: "Support", role: "ACD", state: "CONNECTED" };
  cloud.sent = (method, path) => cloud.requests.filter((one) => one.method === method && one.path.startsWith(ROOT + path));
  // To every tab.
  cloud.frame = (frame) => cloud.sockets.filter((socket) => socket.open).forEach((socket) => socket.frame(frame));
  cloud.event = (type, eventBody) => cloud.frame({ topicName: "v2.conversations.chats.C1.messages", version: "2", eventBody,
    metadata: { CorrelationId: "x", type } });
  cloud.heartbeat = () => cloud.frame({ topicName: "channel.metadata", eventBody: { message: "WebSocket Heartbeat" } });
  cloud.store = (sender, body, bodyType = "standard") => {
    const message = { id: `m${cloud.history.length + 1}`, conversation: { id: "C1" }, sender: { id: sender }, body, bodyType,
      timestamp: new Date(cloud.clock += 1000).toISOString() };
    cloud.history.push(message);
    return message;
  };
  cloud.push = (sender, body, bodyType) => cloud.event("message", cloud.store(sender, body, bodyType));
  cloud.join = (id, role, more) => {
    cloud.members[id] = { id, displayName: "Grace", role, state: "CONNECTED", avatarImageUrl: "/grace.png", ...more };
    cloud.push(id, "", "member-join");
  };
  cloud.leave = (id) => {
    cloud.members[id].state = "DISCONNECTED";
    cloud.push(id, "", "member-leave");
  };
  // `what` is a status, one of HTTP and one in the body, or the page of some proxy.
  const problem = (what) => {
    if (what === "page") return new Response("<h1>Bad Gateway</h1>", { status: 502 });
    const { http, status } = what.http ? what : { http: what, status: what };
    return Response.json({ message: "raw text of the server", code: "bad.request", status }, { status: http });
  };
  const messages = (query) => {
    const down = query.get("sortOrder") === "descending";
    const all = down ? [...cloud.history].reverse() : cloud.history;
    const edge = query.get("after") || query.get("before");
    const rest = edge ? all.slice(all.findIndex((one) => one.id === edge) + 1) : all;
    const size = Math.min(Number(query.get("maxResults") || 100), cloud.page);
    const entities = rest.slice(0, size);
    const next = rest.length > size && new URLSearchParams({ sortOrder: down ? "descending" : "ascending", maxResults: size,
      [down ? "before" : "after"]: entities.at(-1).id });
    return { pageSize: size, entities, ...(next ? { next: `${ROOT.replace("/cloud", "")}/C1/messages?${next}` } : {}) };
  };
  const answer = async (request) => {
    const raw = await request.text();
    const { pathname, searchParams, search } = new URL(request.url);
    const headers = Object.fromEntries(request.headers.entries());
    cloud.requests.push({ method: request.method, path: pathname, search, raw, headers, credentials: request.credentials });
    const rest = pathname.replace(ROOT, "");
    const failing = Object.entries(cloud.fail).find(([what]) => `${request.method} ${rest}`.startsWith(what));
    if (failing && failing[1]) return failing[1] === "network" ? Promise.reject(new TypeError("Failed to fetch")) : problem(failing[1]);
    if (!rest) return Response.json({ id: "C1", jwt: "J1", eventStreamUri: "wss://stream.example/v1/token/J1", member: { id: "me" } });
    if (request.method === "DELETE") return new Response(null, { status: cloud.deleted });
    if (rest.endsWith("/typing")) return Response.json({ id: "t1", sender: { id: "me" } });
    if (request.method === "POST") return Response.json({ id: "posted" });
    if (rest === "/C1/members") return Response.json({ entities: Object.values(cloud.members) });
    if (rest.startsWith("/C1/members/")) return Response.json(cloud.members[rest.split("/")[3]]);
    return Response.json(messages(searchParams));
  };
  window.fetch = (request) => answer(request);
  window.WebSocket = class extends EventTarget {
    constructor(url, ...more) {
      super();
      Object.assign(this, { url, more, sent: [], open: false, closedHere: false });
      cloud.sockets.push(this);
      const refused = cloud.refuse > 0;
      cloud.refuse -= 1;
      setTimeout(() => {
        this.open = !refused;
        this.dispatchEvent(new Event(refused ? "close" : "open"));
      });
    }
    send(data) { this.sent.push(data); }
    text(data) { this.dispatchEvent(new MessageEvent("message", { data })); }
    frame(data) { this.text(JSON.stringify(data)); }
    drop() { this.open = false; this.dispatchEvent(new Event("close")); }
    close() { this.closedHere = true; this.drop(); }
  };
  return cloud;
};
const cloudConfig = (transport, webchat) => ({ main: {}, webchat: { transport: { type: "purecloud-v2-sockets",
  dataURL: `${location.origin}/cloud`, deploymentKey: "D1", orgGuid: "O1",
  interactionData: { routing: { targetType: "QUEUE", targetAddress: "Support", priority: 2 } }, ...transport }, ...webchat } });
const readyCloud = async (transport, webchat) => {
  const spy = makeSpy(CXBus);
  run(CXBus, cloudConfig(transport, webchat));
  await until(() => spy.has("ready"), "ready");
  await spy.command("WebChatService.verifySession");
  return spy;
};
const startCloud = async (transport, webchat) => {
  const spy = await readyCloud(transport, webchat);
  await spy.command("WebChatService.startChat", { firstname: "Ada", lastname: "Byron" });
  await until(() => spy.has("clientConnected"), "clientConnected");
  spy.endings = () => spy.log.filter((name) => ["clientDisconnected", "ended"].includes(name));
  return spy;
};
const stateCookie = (name, value) => {
  document.cookie = `_genesys.widgets.webchat.state.purecloud-v2-sockets.${name}=${value}; path=/`;
};
const leaveCookies = () => {
  for (const [name, value] of [["JWtoken", "J1"], ["ConversationID", "C1"], ["MemberID", "me"], ["WS_URL", "wss://stream.example/v1/token/J1"]]) stateCookie(name, value);
};
const goodbye = async (spy) => { spy.command("WebChatService.endChat"); await until(() => spy.has("ended"), "ended"); };
const outcome = (spy, name, data) => settled(spy.command(`WebChatService.${name}`, data));
