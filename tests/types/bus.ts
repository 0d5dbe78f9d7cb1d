// A plugin on the bus, and what the compiler must not let pass. Checked by `cargo xtask lint`.

import type { Extension, Invocation, SessionData, State } from "../../pkg-template/index.js";

import type {} from "../../pkg-template/index.js";

declare module "../../pkg-template/index.js" {
  interface BusCommands {
    "AgentCounter.get": { data: void; result: { messages: number } };
  }
  interface BusEvents {
    "AgentCounter.counted": { messages: number };
  }
}

export const extension: Extension = (_jQuery, bus) => {
  const plugin = bus.registerPlugin("AgentCounter");
  if (!plugin) return;
  let messages = 0;
  plugin.registerCommand("get", ({ deferred }: Invocation<{}, { messages: number }>) => {
    deferred.resolve({ messages });
    // @ts-expect-error: the answer is an object
    deferred.resolve(messages);
  });
  plugin.subscribe("WebChatService.messageReceived", ({ data, publisher }) => {
    messages += data.messages.filter((message) => message.from.type === "Agent").length;
    plugin.publish("counted", { messages, publisher });
  });
  plugin.subscribe("AgentCounter.counted", ({ data }) => data.messages.toFixed());
  // @ts-expect-error: the event has no such member
  plugin.subscribe("AgentCounter.counted", ({ data }) => data.total);
  plugin.registerEvents(["counted"]);
  plugin.ready();
};

export async function use(): Promise<void> {
  const bus = window._genesys?.widgets?.bus;
  if (!bus) return;
  const state: State = await bus.command("CXSpeechStorm.getState");
  const { messages } = await bus.command("AgentCounter.get");
  console.info(state.state, messages);
  // @ts-expect-error: the answer has no such member
  bus.command("AgentCounter.get").done(({ total }) => console.info(total));

  bus
    .command("CXSpeechStorm.open", { appToken: "T3NB68E-" })
    .done(() => console.info("open"))
    .fail((failure) => console.warn(failure.code, failure.remedy));
  bus.command("CXSpeechStorm.close");
  bus.command("CXSpeechStorm.close", { immediately: true });
  bus.command("CXSpeechStorm.configure", { placement: "dock", onProgress: null });
  bus.command("WebChatService.sendFilteredMessage", { message: "x", regex: /^x$/ });
  bus.command("WebChatService.registerPreProcessor", {
    preprocessor: (message) => typeof message.text === "string" && Object.assign(message, { text: message.text.trim() }),
  });
  bus.command("WebChatService.registerPreProcessor", {
    // @ts-expect-error: the text may be structured content
    preprocessor: (message) => message.text?.trim(),
  });
  bus.command("WebChatService.sendTyping", { Message: "Hel" });
  bus.command("WebChatService.restore", { sessionData: "{}" });
  bus.command("SideBar.open").done((value) => console.info(value));
  bus.subscribe("CXSpeechStorm.progress", ({ data, time }) => console.info(data.block?.length, time.toFixed()));
  bus.subscribe("WebChat.opened", () => {});

  const session = await bus.command("WebChatService.getSessionData");
  bus.command("WebChatService.restore", { sessionData: session as SessionData });
  const key = (session as SessionData).secureKey;
  console.info(typeof key);

  bus.command("WebChatService.startChat", { nickname: "Ada", interactionData: { routing: { targetAddress: "Sales", skills: ["French"] } } });
  bus.command("WebChatService.getFileLimits").done((answer) => console.info(Object.keys(answer)));
  bus.command("WebChatService.pausePoll").done(() => bus.command("WebChatService.continuePoll"));
  bus.subscribe("WebChatService.capabilitiesChanged", ({ data }) => console.info(data.fileUpload, data.asyncClose === "hideChat"));
  bus.subscribe("WebChatService.supervisorConnected", ({ data }) => console.info(data.message.index, Object.keys(data.agents)));
  // @ts-expect-error: skills are a list
  bus.command("WebChatService.updateInteractionData", { routing: { skills: "French" } });

  // @ts-expect-error: a token is required
  bus.command("CXSpeechStorm.open", {});
  // @ts-expect-error: a token is required
  bus.command("CXSpeechStorm.open");
  // @ts-expect-error: the chat's values come together
  bus.command("CXSpeechStorm.open", { appToken: "T", chatSecureKey: "k" });
  // @ts-expect-error: no such placement
  bus.command("CXSpeechStorm.configure", { placement: "popup" });
  // @ts-expect-error: a text is no regular expression
  bus.command("WebChatService.sendFilteredMessage", { message: "x", regex: "^x$" });
  // @ts-expect-error: filters are required, or it is never answered
  bus.command("WebChatService.addPrefilter", {});
  // @ts-expect-error: progress has a milestone, not a percentage
  bus.subscribe("CXSpeechStorm.progress", ({ data }) => data.percent);
  // @ts-expect-error: `then` gives nothing back
  bus.command("CXSpeechStorm.getState").then(() => {}).then(() => {});
  // @ts-expect-error: the state has no such member
  bus.command("CXSpeechStorm.getState").done((value: State) => value.percent);
}
