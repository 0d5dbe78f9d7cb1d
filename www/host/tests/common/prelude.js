// Helpers of the browser tests. Tests are written in JavaScript because that is what plugins see.
const problems = [];
const fail = (text) => { throw new Error(text); };
const ok = (value, text) => { if (!value) fail(text || "expected something true"); };
const show = (value) => { try { return JSON.stringify(value); } catch (error) { return String(value); } };
const eq = (actual, expected, text) => {
  if (show(actual) !== show(expected)) fail(`${text || "not equal"}: got ${show(actual)}, expected ${show(expected)}`);
};
const same = (actual, expected, text) => { if (actual !== expected) fail(text || "expected the very same value"); };
const task = () => new Promise((resolve) => setTimeout(resolve, 0));
// Later than everything that is in the queues now.
const settle = async () => { for (let round = 0; round < 8; round += 1) await task(); };
const until = async (condition, what) => {
  const end = performance.now() + 8000;
  for (;;) {
    // Nothing is returned: a deferred would be awaited along the way.
    if (condition()) return;
    if (performance.now() > end) fail(`timed out waiting for ${what || condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const settled = (deferred) => new Promise((resolve) => {
  deferred.done((...values) => resolve({ state: "resolved", value: values[0], values }));
  deferred.fail((...values) => resolve({ state: "rejected", value: values[0], values }));
});
const plainTimeout = window.setTimeout;
// Notes every wait that is asked for, and makes each so many times as short; until the test is over.
const hurried = (factor) => {
  const waits = [];
  window.setTimeout = (work, wait, ...more) => {
    waits.push(wait);
    return plainTimeout.call(window, work, wait / factor, ...more);
  };
  return waits;
};
const pageErrors = [];
const onError = (event) => { pageErrors.push(String(event.message || event.reason)); event.preventDefault(); };
window.addEventListener("error", onError);
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

const SERVICE_EVENTS = ["started", "restored", "restoreTimeout", "restoreFailed", "messageReceived", "ended", "error",
  "disconnected", "reconnected", "clientConnected", "clientDisconnected", "agentConnected", "agentDisconnected",
  "agentTypingStarted", "agentTypingStopped", "agentTypingTimeout", "sleeping", "clientTypingStarted", "clientTypingStopped", "pollingStarted",
  "pollingStopped", "chatServerWentOffline", "chatServerBackOnline"];

// A plugin that notes every event of the stock plugins.
const makeSpy = (bus) => {
  const spy = bus.registerPlugin("Spy");
  spy.log = [];
  spy.batches = [];
  spy.datas = {};
  const names = SERVICE_EVENTS.map((name) => `WebChatService.${name}`).concat(["App.ready", "WebChatService.ready",
    "WebChatService.ajaxResponse", "WebChat.ready", "WebChat.opened", "WebChat.started", "WebChat.closed",
    "WebChat.completed", "WebChat.messageAdded", "Toaster.opened", "Toaster.closed"]);
  for (const name of names) {
    spy.subscribe(name, (event) => {
      if (!/ajaxResponse|messageAdded/.test(name)) spy.log.push(name.replace("WebChatService.", ""));
      (spy.datas[name] = spy.datas[name] || []).push(event.data);
      if (name === "WebChatService.messageReceived") spy.batches.push(event.data);
    });
  }
  spy.has = (name) => spy.log.includes(name);
  spy.texts = () => spy.batches.flatMap((batch) => batch.messages.map((message) => message.text));
  spy.originals = () => spy.batches.flatMap((batch) => batch.originalMessages.map((message) => message.text));
  return spy;
};

// Where an event has no data, subscribers get an empty object, each time.
const without = (spy, ...names) => {
  for (const name of names) {
    const datas = spy.datas[`WebChatService.${name}`] || [];
    ok(datas.length, `${name} was not published`);
    for (const data of datas) eq(data, {}, name);
  }
};

const CLIENT = { nickname: "Ada", participantId: 1, type: "Client" };
const AGENT = { nickname: "Grace", participantId: 2, type: "Agent" };

// A scripted GMS in place of `window.fetch`.
const fakeGms = () => {
  const gms = { requests: [], transcript: [], down: false, ended: false, http: 0, statusCode: 0, startStatus: 0, key: "K1", more: {},
    answers: {} };
  gms.add = (type, from, more) => {
    gms.transcript.push({ index: gms.transcript.length + 1, type, from, utcTime: 1700000000000, ...more });
  };
  gms.say = (text, from) => gms.add("Message", from || AGENT, { text });
  gms.sent = (verb) => gms.requests.filter((request) => request.verb === verb);
  const answer = async (request) => {
    const path = new URL(request.url).pathname.replace("/genesys/2/chat/svc", "");
    const verb = path.split("/").slice(2).join("/") || "start";
    const type = request.headers.get("content-type") || "";
    const form = type.startsWith("multipart/") ? await request.clone().formData() : null;
    const raw = await request.text(), fields = form || new URLSearchParams(raw);
    gms.requests.push({ verb, path, raw, fields, method: request.method, type, headers: request.headers, credentials: request.credentials, at: performance.now() });
    const special = gms.answers[verb] && await gms.answers[verb](fields);
    if (special) return special;
    if (gms.down) throw new TypeError("Failed to fetch");
    if (gms.http) return new Response("nothing here", { status: gms.http });
    const body = { statusCode: gms.statusCode, chatId: "CHAT1", userId: "U1", secureKey: gms.key, alias: "117", chatEnded: gms.ended,
      ...gms.more };
    if (verb === "start" && gms.startStatus) return Response.json({ statusCode: gms.startStatus, errors: [{ code: 240 }] });
    if (verb === "send") gms.say(fields.get("message"), CLIENT);
    const from = Number(fields.get("transcriptPosition"));
    body.messages = verb === "refresh" ? gms.transcript.filter((message) => message.index >= from) : [];
    return Response.json(body);
  };
  window.fetch = (request) => answer(request);
  return gms;
};

// A scripted Bayeux server beside it, with the same transcript.
const fakeComet = (gms, channel = "/service/chatV2/svc") => {
  const rest = window.fetch, add = gms.add;
  const comet = { published: [], channels: new Set(), sockets: [], http: 0, clients: 0, known: new Map(), down: false, left: false, refuse: null,
    meanwhile: () => {}, afterwards: () => {}, alter: (text) => text, loses: () => false, cut: 0, untold: [], silent: false };
  const envelope = (messages) => ({ statusCode: 0, chatId: "CHAT1", userId: "U1", secureKey: gms.key, alias: "117", chatEnded: gms.ended, messages });
  // Each tab is a client with a queue of its own; those that have asked for the chat are linked to it.
  const push = (client, data) => { client.queue.push({ channel, data }); client.wake(); };
  gms.add = (...entry) => {
    add(...entry);
    for (const client of comet.known.values()) if (client.linked) push(client, envelope([gms.transcript.at(-1)]));
  };
  // An answer, or what the server says by itself.
  comet.tell = (data) => { for (const client of comet.known.values()) push(client, data); };
  // A line of the agent that comes with the answer to what is asked next, and not before.
  comet.sayInAnswer = (text) => {
    add("Message", AGENT, { text });
    comet.untold.push(gms.transcript.at(-1));
  };
  comet.drop = () => { for (const client of comet.known.values()) client.wake(); };
  comet.forget = () => comet.known.clear();
  comet.options = (webchat, websocketEnabled = false) => ({ ...webchat, cometD: { enabled: true, websocketEnabled, channel,
    cometURL: `${location.origin}/genesys/cometd`, apiURL: `${location.origin}/genesys/2/chat-ntf` } });
  const publish = (client, data) => {
    comet.published.push(data);
    // What happens between a request and its answer, or in place of one.
    comet.meanwhile(data);
    if (comet.silent) return undefined;
    if (comet.refuse) return push(client, comet.refuse);
    if (data.operation === "sendMessage") return gms.say(comet.alter(data.message), CLIENT);
    const whole = data.operation === "requestChat" || data.operation === "requestNotifications";
    if (whole) client.linked = true;
    if (comet.loses(data)) return undefined;
    const untold = comet.untold.splice(0);
    push(client, envelope(whole ? gms.transcript.filter((message) => message.index >= Number(data.transcriptPosition || 1)) : untold));
    // What happens before the page has dealt with the answer.
    return comet.afterwards(data);
  };
  const answer = async (message) => {
    const reply = { channel: message.channel, id: message.id, successful: true, clientId: message.clientId };
    if (message.channel === "/meta/handshake") {
      comet.clients += 1;
      const clientId = `C${comet.clients}`;
      comet.known.set(clientId, { queue: [], wake: () => {}, linked: false });
      return [{ ...reply, clientId, advice: { reconnect: "retry", timeout: 50 } }];
    }
    const client = comet.known.get(message.clientId);
    if (!client) return [{ ...reply, successful: false, error: "402::Unknown client" }];
    if (message.channel === "/meta/disconnect") comet.left = comet.known.delete(message.clientId);
    else if (message.channel !== "/meta/connect") {
      comet.channels.add(message.channel);
      publish(client, message.data);
    } else if (!client.queue.length) await new Promise((resolve) => { client.wake = resolve; setTimeout(resolve, 20); });
    if (comet.down) throw new TypeError("Failed to fetch");
    return [...(message.channel === "/meta/connect" ? client.queue.splice(0) : []), reply];
  };
  window.fetch = async (request) => {
    if (!request.url.endsWith("/genesys/cometd")) return rest(request);
    comet.http += 1;
    if (comet.down) throw new TypeError("Failed to fetch");
    const replies = await answer(JSON.parse(await request.text())[0]);
    // So many answers that bring something are lost on their way.
    if (replies.length > 1 && comet.cut) {
      comet.cut -= 1;
      throw new TypeError("Failed to fetch");
    }
    return Response.json(replies);
  };
  comet.socket = (refused) => {
    window.WebSocket = class extends EventTarget {
      constructor(url) {
        super();
        Object.assign(this, { url, readyState: 0 });
        comet.sockets.push(this);
        setTimeout(() => { this.readyState = refused ? 3 : 1; this.dispatchEvent(new Event(refused ? "close" : "open")); });
      }

      async send(text) {
        const data = JSON.stringify(await answer(JSON.parse(text)[0]));
        if (this.readyState === 1) this.dispatchEvent(new MessageEvent("message", { data }));
      }

      close() {
        this.readyState = 3;
        this.dispatchEvent(new Event("close"));
      }
    };
  };
  return comet;
};

// Notes each form that would be sent, until `plain` is called.
const formsNoted = () => {
  const noted = [], submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    noted.push([this.method, this.target, new URL(this.action).pathname, [...new FormData(this)], this.isConnected]);
  };
  noted.plain = () => { HTMLFormElement.prototype.submit = submit; };
  return noted;
};
// Keeps the answers to requests of a method back until they are to come.
const heldBack = (method) => {
  const answer = window.fetch, held = { waits: false, come: () => {}, given: [] };
  const gate = new Promise((resolve) => { held.come = resolve; });
  window.fetch = async (request) => {
    if (request.method === method) {
      held.waits = true;
      held.given.push(request);
      await gate;
    }
    return answer(request);
  };
  return held;
};
// The texts in the first `ajaxResponse` that has this one.
const withText = (spy, text) => {
  const texts = spy.datas["WebChatService.ajaxResponse"].map((answer) => (answer.messages || []).map((message) => message.text));
  return texts.find((list) => list.includes(text)).filter((line) => line);
};
// Whether the next page is to load the chat by itself.
const loadsByItself = () => /%22WebChatService%22:true/.test((document.cookie.match(/app\.autoLoadList=([^;]*)/) || [])[1]);
// What stands in the visible conversation.
const lines = () => all(".cx-transcript .cx-message-text").map((line) => line.textContent);

const clearCookies = () => {
  for (const pair of document.cookie.split("; ")) {
    if (pair) document.cookie = `${pair.split("=")[0]}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
  }
};
const chatConfig = (webchat) => ({
  main: {},
  webchat: { dataURL: `${location.origin}/genesys/2/chat/svc`, pollRateMin: 1, pollRateMax: 1, pollTick: 5, ...webchat },
});

// A page with the stock plugins and a running chat in which the client has joined.
const startChat = async (bus, run, gms, webchat) => {
  const spy = makeSpy(bus);
  run(bus, chatConfig(webchat));
  await until(() => spy.has("ready"), "WebChatService.ready");
  gms.add("ParticipantJoined", CLIENT);
  await spy.command("WebChatService.startChat", { firstname: "Ada", lastname: "Byron" });
  await until(() => spy.has("clientConnected"), "clientConnected");
  return spy;
};

// The cookies that an earlier page of the same chat has left.
const leaveCookies = (entries) => {
  const all = { session: "CHAT1", keys: '{"secureKey":"K1","alias":"117","userId":"U1"}', ping: Date.now(), ...entries };
  for (const [name, value] of Object.entries(all)) {
    document.cookie = `_genesys.widgets.webchat.state.${name}=${encodeURIComponent(value)}; path=/`;
  }
};
// A page that is still to look for a chat would find that of the next test, and poll there as another tab.
const lookedForChat = (bus) => bus.command("WebChatService.verifySession");
// As the plugin itself: for commands that are its own.
const asItself = (bus, name) => {
  bus.configure({ unlocked: true });
  return bus.getPluginInterface(name);
};

// A chat service in JavaScript, for tests of the window alone: it notes the commands, answers as `answers` says (a function
// of the command, or a value), and says what the test says.
const fakeService = (bus, answers = {}) => {
  const plugin = bus.registerPlugin("WebChatService");
  const fake = { plugin, calls: [], index: 0 };
  fake.called = (name) => fake.calls.filter((call) => call.name === name).map((call) => call.data);
  fake.receive = (type, from, more) => {
    fake.index += 1;
    const message = { type, index: fake.index, timestamp: Date.now(), from, ...more };
    plugin.publish("messageReceived", { messages: [message], originalMessages: [message], restoring: false, sessionData: {} });
    return `#cx-chat-index-${fake.index}`;
  };
  fake.join = (from) => {
    const event = from.type === "Client" ? "clientConnected" : "agentConnected";
    plugin.publish(event, { message: { from: { name: from.name, type: from.type } }, agents: {}, numAgentsConnected: 1 });
    return fake.receive("ParticipantJoined", from);
  };
  fake.start = () => {
    plugin.data("sessionActive", true);
    plugin.publish("started", {});
    fake.join(YOU);
  };
  fake.end = () => {
    plugin.data("sessionActive", false);
    plugin.publish("ended", {});
  };
  const names = ["startChat", "endChat", "sendMessage", "registerTypingPreviewInput", "getFileLimits", "sendFile", "downloadFile", "wake"];
  const own = { startChat: ({ deferred }) => { fake.start(); deferred.resolve({}); }, endChat: () => fake.end(), ...answers };
  for (const name of names) {
    plugin.registerCommand(name, (command) => {
      fake.calls.push({ name, data: command.data });
      if (typeof own[name] === "function") own[name](command);
      else command.deferred.resolve(own[name] ?? {});
    });
  }
  plugin.data("sessionActive", false);
  plugin.ready();
  // It has no chat that could end by itself.
  bus.broken = true;
  return fake;
};
const YOU = { id: 1, name: "Ada", type: "Client" };
const KIM = { id: 2, name: "Kim", type: "Agent" };

// The stock plugins around such a service, and a window with a running chat if `webchat` is an object.
const openWindow = async (bus, run, options) => {
  const { answers, webchat, main, open } = options || {};
  const service = fakeService(bus, answers), spy = makeSpy(bus);
  run(bus, { main: main || {}, webchat: webchat || {} });
  await until(() => spy.has("WebChat.ready"), "WebChat.ready");
  await spy.command("WebChat.open", open || { form: { autoSubmit: true, firstname: "Ada" } });
  if (!open) await until(() => one("#cx-chat-index-1"), "the chat");
  return { service, spy };
};

// The host's styles, for tests of sizes and places; windows are where they will be at once.
const withStyles = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${STYLES} .cx-widget, .cx-widget * { animation: none !important; }`);
  document.adoptedStyleSheets = [sheet];
};
const box = (selector) => one(selector).getBoundingClientRect();

// Ends what a test left running, so that the next one has the page to itself.
const tidy = async (bus) => {
  window.setTimeout = plainTimeout;
  clearCookies();
  if (bus.data("WebChatService.sessionActive") && !bus.broken) {
    await until(() => !bus.data("WebChatService.sessionActive"), "the end of the test's chat");
  }
  for (const element of all(".cx-window-manager, .cx-webchat-chat-button, .ow-modal")) element.remove();
  document.adoptedStyleSheets = [];
  clearCookies();
  window.removeEventListener("error", onError);
};
