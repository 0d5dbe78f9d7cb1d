// WebChatService of Genesys Widgets: its commands and events, for plugins on the bus.

import type {} from "./bus.js";

/** Who has sent a message, as the server says it. */
export interface Sender {
  nickname?: string;
  participantId?: number | string;
  type?: "Client" | "Agent" | "Supervisor" | "External" | "Bot" | (string & {});
}

/** What a message says: a text, or in its place the structured content of a bot, as the server sent it. */
export type Content = string | object;

/** A message as the server sent it. Transports name and fill some members differently. */
export interface OriginalMessage {
  /** A text with a dash over `pureengage-v3-rest`. */
  index?: number | string;
  type?: string;
  from?: Sender;
  /** Milliseconds since 1970. */
  utcTime?: number;
  text?: Content;
  /** In place of `text` with some transports. */
  body?: string;
  userData?: Record<string, string>;
  eventAttributes?: Record<string, unknown>;
}

/** A message as the chat window draws it. */
export interface ChatMessage {
  /** A text over `pureengage-v3-rest`; a time in milliseconds over `purecloud-v2-sockets`. */
  index: number | string;
  type: string;
  /** Absent where somebody has joined or left. */
  text?: Content;
  /** Milliseconds since 1970. */
  timestamp: number;
  from: { id: number | string; type: string; name: string };
  /** Whether the text is used as HTML. */
  html?: boolean;
  bubble?: boolean;
  userData?: Record<string, string>;
  /** It is replayed after a reload. */
  restoring?: true;
  isTyping?: boolean;
  fileDetails?: unknown;
}

/** What identifies the chat; empty texts without one. A live object that is blanked at the chat's end: copy it. */
export interface SessionData {
  sessionID: number | string;
  secureKey: number | string;
  userId: number | string;
  alias: number | string;
}

/** The same with `webchat.transport` set: the first four over `pureengage-v3-rest`, the others over `purecloud-v2-sockets`. */
export interface TransportSessionData {
  sessionId?: string;
  participantId?: string;
  token?: string;
  transportId?: string;
  conversationId?: string;
  memberId?: string;
  jwt?: string;
  WebSocketUrl?: string;
  lastMessageId?: string;
  nextMsgURL?: string;
  previousLastMsgId?: string;
  /** Before the first chat, empty. */
  displayName?: string;
}

/** What is known of an agent. */
export interface Agent {
  name: string;
  connected: boolean;
  supervisor: boolean;
  connectedTime: number | false;
  disconnectedTime: number | false;
}

/** Agents by their participant ids. */
export type Agents = Record<string, Agent>;

/** The data of the events about participants. */
export interface ParticipantData {
  message: ChatMessage;
  agents: Agents;
  /** Not with `webchat.transport`. */
  numAgentsConnected?: number;
}

/** The data of `WebChatService.messageReceived`; with the chat API v2 the two lists run in parallel. */
export interface MessagesReceived {
  originalMessages: OriginalMessage[];
  messages: ChatMessage[];
  restoring: boolean;
  /** Older messages that the customer has scrolled up to. */
  oldMessages?: boolean;
  /** Not with `webchat.transport`. */
  sessionData?: SessionData;
  idleTimeCountDown?: unknown;
}

/** The entries of the chat form. */
export interface StartChatData {
  nickname?: string;
  firstname?: string;
  lastname?: string;
  email?: string;
  subject?: string;
  userData?: Record<string, unknown>;
  /** With `webchat.transport`, in place of what is configured. */
  interactionData?: InteractionData;
}

/** Where a chat goes and what it belongs to; `purecloud-v2-sockets` reads it. */
export interface InteractionData {
  routing?: { targetType?: string; targetAddress?: string; skills?: string[]; priority?: number; language?: string };
  journey?: {
    customerId?: string;
    customerIdType?: string;
    sessionId?: string;
    sessionType?: string;
    actionId?: string;
    actionMapId?: string;
    actionMapVersion?: number | string;
  };
  userData?: Record<string, unknown>;
  [part: string]: unknown;
}

/** What a transport can do. */
export interface Capabilities {
  async: boolean;
  /** What closing the window means to an asynchronous chat. */
  asyncClose: "hideChat" | "endChat";
  pagination: boolean;
  fileUpload: boolean;
}

/** The server's answer. */
export type ServerAnswer = Record<string, unknown>;

type Command<Data, Result, Reason = unknown> = { data: Data; result: Result; reason: Reason };

/** The commands of WebChatService. */
export interface WebChatServiceCommands {
  /** Starts a chat. */
  "WebChatService.startChat": Command<StartChatData, ServerAnswer>;
  /** Ends the chat. Do not wait: it may never be answered. */
  "WebChatService.endChat": Command<void, ServerAnswer>;
  /** Sends a message of the customer. While disconnected it succeeds and sends nothing. */
  "WebChatService.sendMessage": Command<{ message: string; type?: string; parentMessageID?: string }, ServerAnswer>;
  /** Sends a notice that the chat window does not draw. */
  "WebChatService.sendCustomNotice": Command<{ message: string }, ServerAnswer>;
  /** Says that the customer is typing; the option has either name. */
  "WebChatService.sendTyping": Command<{ message?: string; Message?: string }, ServerAnswer>;
  /** Sends a message that the customer does not see. Without a real `RegExp` of this page it succeeds and sends nothing. */
  "WebChatService.sendFilteredMessage": Command<{ message: string; regex: RegExp }, void>;
  /** Hides messages from everybody, plugins included, until the chat ends. */
  "WebChatService.addPrefilter": Command<{ filters: RegExp | RegExp[] }, Record<number, RegExp>>;
  /** Changes the data attached to the chat, or to the next one. */
  "WebChatService.updateUserData": Command<Record<string, unknown>, Record<string, unknown>>;
  /** Changes where the next chat goes. With `webchat.transport` alone; during a chat it is refused, or never answered. */
  "WebChatService.updateInteractionData": Command<InteractionData, InteractionData>;
  /** Asks for new messages from time to time. */
  "WebChatService.startPoll": Command<void, void>;
  /** Stops asking. */
  "WebChatService.stopPoll": Command<void, void>;
  /** Rests from asking. Over `pureengage-v3-rest` alone. */
  "WebChatService.pausePoll": Command<void, void>;
  /** Goes on after the message that was handled last. Over `pureengage-v3-rest` alone. */
  "WebChatService.continuePoll": Command<void, void>;
  /** Forgets the failures that were counted. */
  "WebChatService.resetPollExceptions": Command<void, void>;
  /**
   * Takes up an asynchronous chat; otherwise refused to all but WebChatService. The session data are an object or its JSON,
   * over `pureengage-v3-rest` a token.
   */
  "WebChatService.restore": Command<{ sessionData?: string | SessionData }, void>;
  /** All messages of the chat, filtered ones left out. */
  "WebChatService.getTranscript": Command<void, { messages: ChatMessage[]; originalMessages: OriginalMessage[] }>;
  /** The agents who have taken part. */
  "WebChatService.getAgents": Command<void, { agents: Agents }>;
  /** When the chat began and ended, and with whom; times in milliseconds. */
  "WebChatService.getStats": Command<
    void,
    { agents: Agents; startTime: number | false; endTime: number | false; duration: number | false }
  >;
  /** Uploads the files of a field, or of a list. */
  "WebChatService.sendFile": Command<{ files: unknown }, ServerAnswer>;
  /** What files may be: the `userData` of the answer's one message. Not with `webchat.transport`. */
  "WebChatService.getFileLimits": Command<void, ServerAnswer>;
  /** Downloads a file of the chat. */
  "WebChatService.downloadFile": Command<{ fileId: string; fileName?: string }, void>;
  /** What identifies the chat. */
  "WebChatService.getSessionData": Command<void, SessionData | TransportSessionData>;
  /** Asks for older messages of an asynchronous chat; they come by `messageReceived`. */
  "WebChatService.fetchHistory": Command<void, ServerAnswer>;
  /** Watches a field, so that typing in it is told to the agent. */
  "WebChatService.registerTypingPreviewInput": Command<{ input: unknown }, void>;
  /** Calls a function with each message before it is drawn: change the message in place, and return it. Never throw. */
  "WebChatService.registerPreProcessor": Command<
    { preprocessor: (message: OriginalMessage & { html?: boolean; bubble?: boolean }) => unknown },
    Function
  >;
  /** Whether there is a chat. */
  "WebChatService.verifySession": Command<void, { sessionActive: boolean }>;
  /** Keeps an idle chat alive. */
  "WebChatService.wake": Command<{ resetIdleState?: boolean }, unknown>;
}

/** The events of WebChatService. */
export interface WebChatServiceEvents {
  /** It takes commands. Remembered: later subscribers get it too. */
  "WebChatService.ready": {};
  /** A chat has started. */
  "WebChatService.started": SessionData | { data: TransportSessionData };
  /** After a reload, the chat goes on; `started` is not published then. */
  "WebChatService.restored": { async?: boolean };
  /** The customer was away for too long. */
  "WebChatService.restoreTimeout": {};
  "WebChatService.restoreFailed": {};
  /** New messages that no prefilter has taken. */
  "WebChatService.messageReceived": MessagesReceived;
  /** The chat has ended, by whomever. */
  "WebChatService.ended": {};
  "WebChatService.error": ServerAnswer;
  /** The server cannot be reached; again for each try. */
  "WebChatService.disconnected": {};
  "WebChatService.reconnected": {};
  "WebChatService.chatServerWentOffline": {};
  "WebChatService.chatServerBackOnline": {};
  "WebChatService.clientConnected": ParticipantData;
  "WebChatService.clientDisconnected": Partial<ParticipantData>;
  "WebChatService.agentConnected": ParticipantData;
  "WebChatService.agentDisconnected": ParticipantData;
  /** Over `pureengage-v3-rest`, as the next three. */
  "WebChatService.supervisorConnected": ParticipantData;
  "WebChatService.supervisorDisconnected": ParticipantData;
  /** A workflow or a bot. */
  "WebChatService.externalConnected": ParticipantData;
  "WebChatService.externalDisconnected": ParticipantData;
  /** Over `purecloud-v2-sockets` with `botEventsEnabled`, as the next. */
  "WebChatService.botConnected": ParticipantData;
  "WebChatService.botDisconnected": ParticipantData;
  "WebChatService.clientTypingStarted": {};
  "WebChatService.clientTypingStopped": {};
  "WebChatService.agentTypingStarted": ServerAnswer;
  "WebChatService.agentTypingStopped": ServerAnswer;
  "WebChatService.agentTypingTimeout": ServerAnswer;
  "WebChatService.pollingStarted": {};
  "WebChatService.pollingStopped": {};
  /** Each answer of the server; not in CometD mode. */
  "WebChatService.ajaxResponse": ServerAnswer;
  /** The page is out of sight, and new messages are asked for less often. */
  "WebChatService.sleeping": {};
  /** With `webchat.transport`; several times. */
  "WebChatService.capabilitiesChanged": Capabilities;
  /** Over `pureengage-v3-rest`: the server has no such session. There is no `ended`. */
  "WebChatService.sessionLost": ServerAnswer;
}

declare module "./bus.js" {
  interface BusCommands extends WebChatServiceCommands {}
  interface BusEvents extends WebChatServiceEvents {}
}
