// The plugin CXSpeechStorm: configuration, commands, events, hooks. What they do stands in docs/extend.md.

import type { CXBus, Extension, QuickBus } from "./bus.js";
import type {} from "./webchatservice.js";

export * from "./bus.js";
export * from "./webchatservice.js";

/** The version of the package. */
export declare const version: string;

/**
 * Puts the plugin on this page. Where there is no page, as on a server that renders pages, it does nothing; importing the
 * module does nothing anywhere.
 */
export declare function install(options?: InstallOptions): void;

/** What {@link install} is told. */
export interface InstallOptions {
  /** Goes into `_genesys.widgets.speechstorm`, over what stands there. */
  configuration?: Configuration;
  /**
   * The address of the WebAssembly, its bytes, or its module. Default: the file in the package, which most bundlers find and
   * copy. Only that of this very build is accepted.
   */
  wasm?: string | URL | BufferSource | WebAssembly.Module;
  /** `false` when the page has the stylesheet `cx-speechstorm/cx-speechstorm.css` itself. Default: `true`. */
  css?: boolean;
}

/** Where a MicroApp is shown. */
export type Placement = "panel" | "toaster" | "dock" | "overlay" | "inline" | "window";
/** Whose messages can open one; a customer's never can. */
export type AcceptedSender = "Agent" | "Supervisor" | "External" | "Bot";

/** `_genesys.widgets.speechstorm`, and the data of the command `configure`. What is left out keeps its value. */
export interface Options {
  /** The Messaging Server; https unless on this machine. Default: the page's origin. */
  baseURL?: string;
  /** The origin that the Messaging Server is told. Default: the page's. */
  domain?: string;
  /** The only origins that MicroApps may load from. Default: that of `baseURL`. */
  allowedOrigins?: string[];
  /** How the chat's values get to the Messaging Server. Default: `query`. */
  launch?: "query" | "post" | "ticket";
  /** What the frame may do. Default: `payment`. */
  profile?: "form" | "payment" | "payment-3ds";
  /** What happens to card numbers that the customer types into the chat. Default: `off`. */
  cardGuard?: "off" | "mask" | "block";
  /** How requests are hidden and caught; heeded once, at the start. Default: `auto`. */
  intercept?: "auto" | "preprocessor" | "prefilter";
  /** Gives the Messaging Server the session of another transport in place of one of GMS. Default: no. */
  transportSession?: boolean;
  /** Prints names of events and phases to the console. Default: no. */
  debug?: boolean;
  /** Loads the frame without cookies and storage of its own. Default: no. */
  credentialless?: boolean;
  /** Where a MicroApp is shown. Default: `panel`. */
  placement?: Placement;
  /** The CSS selector of the element for the placement `inline`. */
  container?: string;
  /** How much room it takes. Default: `tall`. */
  size?: "compact" | "tall" | "full";
  /** Default: `auto`, the theme of Widgets, else the visitor's. */
  theme?: "auto" | "light" | "dark";
  /** Whose messages may open a MicroApp. Default: all four. */
  acceptFrom?: AcceptedSender[];
  /** What a second request does. Default: `replace`. */
  onBusy?: "replace" | "queue" | "reject";
  /** Asks the customer before anything is loaded. Default: no. */
  consent?: boolean;
  /** What the plugin tells the agent. Default: `end`. */
  report?: "end" | "all" | "none";
  /** Seconds until an app that has not loaded counts as failed. Default: 20. */
  loadTimeout?: number;
  /** Seconds without a sign of life until a running app counts as timed out; before, the customer is asked. Default: 1800. */
  inactivityTimeout?: number;
  /** Seconds after which a request that never opened is stale when a chat is restored. Default: 900. */
  requestMaxAge?: number;
  /** Seconds for which a running app keeps an idle chat alive; 0 = never. Default: 1800. */
  wakeLimit?: number;
  /** Seconds until a command that is still unanswered is refused. Default: 120. */
  commandTimeout?: number;
  /** Asks whether the Messaging Server answers before the frame is loaded. Default: yes. */
  probe?: boolean;
}

/** What `onBeforeOpen` is told. */
export interface OpenRequest {
  /** What the agent calls the MicroApp. */
  name?: string;
  /** Who asks. */
  asker?: string;
  /** Where the MicroApp comes from. */
  origin: string;
}

/** How a MicroApp came to its end. */
export type Outcome = "ended" | "closed" | "done" | "replaced" | "declined" | "timeout" | "failed";

/** What `onEnd` is told. */
export interface End {
  /** How it came to its end. */
  outcome: Outcome;
  /** Why, if it failed. */
  code?: ErrorCode;
}

/** The page's own functions in the configuration; `null` takes one away. */
export interface Hooks {
  /** Before a MicroApp is shown. `false`, a promise of it, an exception, or ten seconds of silence: it does not open. */
  onBeforeOpen?: ((request: OpenRequest) => boolean | void | PromiseLike<boolean | void>) | null;
  /** The customer reached a milestone. */
  onProgress?: ((progress: Progress) => void) | null;
  /** A MicroApp came to its end; once for each. */
  onEnd?: ((end: End) => void) | null;
  /** Something went wrong. */
  onError?: ((failure: Failure) => void) | null;
}

/** The configuration. */
export interface Configuration extends Options, Hooks {}

/** The stable codes of everything that can go wrong. */
export type ErrorCode =
  | "app_failed"
  | "app_silent"
  | "app_unheard"
  | "bad_base_url"
  | "bad_command"
  | "bad_config"
  | "bad_domain"
  | "bad_name"
  | "bad_token"
  | "busy"
  | "cancelled"
  | "cannot_hide"
  | "command_timeout"
  | "core_crashed"
  | "declined"
  | "destroyed"
  | "empty_token"
  | "filter_in_the_way"
  | "frame_blocked"
  | "insecure_base_url"
  | "load_timeout"
  | "no_session"
  | "not_a_request"
  | "not_open"
  | "origin_not_allowed"
  | "placement_failed"
  | "ticket_refused"
  | "too_long"
  | "unreachable"
  | "vetoed"
  | "wasm_blocked"
  | "wasm_unavailable"
  | "wrong_state";

/** A wrong option. */
export interface Fault {
  /** Its name. */
  option: keyof Configuration;
  /** What it must be. */
  expected: string;
}

/** What went wrong: the data of `failed`, and what commands are refused with (there it is an `Error` as well). */
export interface Failure {
  /** For programs. */
  code: ErrorCode;
  /** What happened, for developers. */
  message: string;
  /** What to do about it, for administrators. */
  remedy: string;
  /** With `bad_config`: all wrong options. */
  faults?: Fault[];
}

/** A milestone. */
export interface Progress {
  /** As the app said it, such as `block:Card Details`. */
  milestone: string;
  /** The block's name alone, if it is one. */
  block?: string;
}

/** The data of `open`: the token alone, or with the four values of the chat that asks. */
export type OpenData =
  | {
      appToken: string;
      chatMessage?: undefined;
      chatInteractionID?: undefined;
      chatUserID?: undefined;
      chatSecureKey?: undefined;
    }
  | { appToken: string; chatMessage: string; chatInteractionID: string; chatUserID: string; chatSecureKey: string };

/** What the plugin is doing. */
export interface State {
  /** `idle` when no MicroApp is open. */
  state:
    | "idle"
    | "claiming"
    | "elsewhere"
    | "consenting"
    | "loading"
    | "running"
    | "timing-out"
    | "chat-over"
    | "ended"
    | "failed"
    | "closing";
  /** What the agent calls the MicroApp. */
  name?: string;
  /** The milestone reached last. */
  milestone?: string;
  /** Why it has failed. */
  code?: ErrorCode;
  /** The window is folded up to its header. */
  minimized: boolean;
  /** How many requests wait for their turn. */
  waiting: number;
}

type Command<Data, Result> = { data: Data; result: Result; reason: Failure };

/** The commands of the plugin. */
export interface Commands {
  /** Opens a MicroApp; answered once it has loaded. */
  open: Command<OpenData, {}>;
  /** Closes it; answered once its frame has gone. `immediately`: without waiting for the app's farewell. */
  close: Command<{ immediately?: boolean }, {}>;
  /** Changes the configuration; a faulty one is refused with all faults. */
  configure: Command<Configuration, {}>;
  /** Tells what the plugin is doing. */
  getState: Command<void, State>;
  /** Folds the window up to its header. */
  minimize: Command<void, {}>;
  /** Unfolds it. */
  unminimize: Command<void, {}>;
  /** Tries a failed MicroApp again; answered as `open`. */
  retry: Command<void, {}>;
  /** Gives up what has not opened yet and what waits; a running app stays. */
  cancel: Command<void, {}>;
  /** Ends the plugin on this page; from then on every command is refused with `destroyed`. */
  destroy: Command<void, void>;
}

/** The events of the plugin and their data. */
export interface Events {
  /** The plugin takes commands. Remembered on the bus: later subscribers get it too. */
  ready: {};
  /** A request was accepted; its MicroApp may have to wait. */
  requested: { name?: string };
  /** The frame is asked for. */
  loading: {};
  /** The app has loaded. */
  opened: {};
  /** The window has gone. */
  closed: {};
  /** The customer reached a milestone. */
  progress: Progress;
  /** The app said that it has ended. */
  ended: {};
  /** The customer declined. */
  declined: {};
  /** The app gave no sign of life for too long. */
  timeout: {};
  /** Something went wrong. */
  failed: Failure;
  /** Something may be wrong; the MicroApp goes on. */
  warning: Failure;
  /** The window was folded up. */
  minimized: {};
  /** The window was unfolded. */
  unminimized: {};
  /** A card number was kept out of the chat. */
  guarded: { action: "masked" | "blocked" };
}

/** The same events on `document`. */
export type DomEvents = { [Name in keyof Events as `cx-speechstorm:${Name}`]: CustomEvent<Events[Name]> };

/** The texts that an integrator can replace, in `main.i18n[language].speechstorm`; others are kept as they are. */
export type Texts = Record<string, string>;

/** `_genesys.widgets`, as far as the plugin looks at it. */
export interface WidgetsConfiguration {
  main?: { lang?: string; theme?: string; i18n?: Record<string, { speechstorm?: Texts; [part: string]: unknown }>; [option: string]: unknown };
  webchat?: { dataURL?: string; transport?: Record<string, unknown>; [option: string]: unknown };
  speechstorm?: Configuration;
  extensions?: Record<string, Extension | string>;
  bus?: QuickBus;
  onReady?: (bus: QuickBus) => void;
  [part: string]: unknown;
}

/** `window._genesys`. */
export interface Genesys {
  widgets?: WidgetsConfiguration;
  [part: string]: unknown;
}

type BusCommandsOfOurs = { [Name in keyof Commands as `CXSpeechStorm.${Name}`]: Commands[Name] };
type BusEventsOfOurs = { [Name in keyof Events as `CXSpeechStorm.${Name}`]: Events[Name] };

declare module "./bus.js" {
  interface BusCommands extends BusCommandsOfOurs {}
  interface BusEvents extends BusEventsOfOurs {}
}

declare global {
  interface DocumentEventMap extends DomEvents {}

  interface Window {
    _genesys?: Genesys;
    CXBus?: CXBus;
    /** The vendor's name for `baseURL`. */
    sSpeechStormServer?: string;
    /** The vendor's name for `webchat.dataURL`. */
    sChatServerUrl?: string;
    sChatServerURL?: string;
  }
}
