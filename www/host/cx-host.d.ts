// The open chat host: the commands and events of its windows, and its configuration. Those of the bus and of the chat service
// stand in bus.d.ts and webchatservice.d.ts. A page that loads cx-host.js needs only `import type {} from "./cx-host.js"`.

import type { CXBus, Extension, QuickBus } from "./bus.js";
import type { ChatMessage, MessagesReceived, OriginalMessage, StartChatData } from "./webchatservice.js";

export type { CXBus, Extension, PluginInterface, QuickBus } from "./bus.js";
export type { WebChatServiceCommands, WebChatServiceEvents } from "./webchatservice.js";

/** What stands in for jQuery where the page has none: a list of elements. Of markup it builds what is allowed. */
export interface ElementList {
  readonly length: number;
  readonly [position: number]: Element;
  /** One element (`undefined` where there is none), or all of them as an array. */
  get(position: number): Element | undefined;
  get(): Element[];
  first(): ElementList;
  find(selector: string): ElementList;
  each(body: (this: Element, position: number, element: Element) => void): ElementList;
  /** Names of events, separated by blanks. */
  on(events: string, listener: (event: any) => void): ElementList;
  /** For what the selector finds within at the time of the event. */
  on(events: string, selector: string, listener: (this: Element, event: any) => void): ElementList;
  off(events: string, listener: (event: any) => void): ElementList;
  /** Only what was to be called for this selector. */
  off(events: string, selector: string, listener: (event: any) => void): ElementList;
  addClass(names: string): ElementList;
  removeClass(names: string): ElementList;
  toggleClass(names: string, on?: boolean): ElementList;
  hasClass(name: string): boolean;
  attr(name: string): string | undefined;
  attr(name: string, value: string | number): ElementList;
  prop(name: string): any;
  prop(name: string, value: unknown): ElementList;
  val(): any;
  val(value: unknown): ElementList;
  css(name: string): any;
  css(name: string, value: string | number): ElementList;
  css(styles: Record<string, string | number>): ElementList;
  show(): ElementList;
  hide(): ElementList;
  text(): string;
  text(text: string | number): ElementList;
  html(): string | undefined;
  html(markup: string): ElementList;
  /** To the first element. */
  append(...contents: (string | ElementLike)[]): ElementList;
  empty(): ElementList;
  remove(): ElementList;
}

/** An element, or a list whose first one is meant. */
export type ElementLike = Element | ElementList | ArrayLike<Element>;

/** Markup, of which what is allowed is built, or an element, which goes in as it is. */
export type Content = string | ElementLike;

/** The row of buttons of a container: two (`binary`), or one. */
export type Buttons =
  | { type: "binary"; primary: string; secondary: string }
  | { type: "default" | "primary"; text?: string; primary?: string };

/** What a frame is made of. */
export interface ContainerOptions {
  type?: "generic" | "overlay" | "toast";
  title?: Content;
  subtitle?: Content;
  /** An element, or the name of an icon. */
  icon?: ElementLike | "attach" | "chat" | "clock" | "close" | "download" | "file" | "minimize" | "notice" | "open" | "send";
  body?: Content;
  /** Which buttons stand in its corner; `close` if it is left out. */
  controls?: "close" | "minimize" | "all" | "";
  buttons?: Buttons;
  /** Further classes, separated by blanks. */
  classes?: string;
  /** The names of the corner's buttons in the page's language. */
  i18n?: { close?: string; minimize?: string };
}

/** `_genesys.widgets.common`, and an extension's third argument. */
export interface Common {
  Generate: {
    Container(options: ContainerOptions): ElementList;
    Buttons(options: Buttons): ElementList;
    Icon(name: string): ElementList;
  };
  setCookie(name: string, value: string): void;
  getCookie(name: string): string | undefined;
  deleteCookie(name: string): void;
  /** Whether an event presses a button: a click, Enter or Space. */
  validInput(event: Event): boolean;
  /** Keeps the Tab key inside an element. */
  overlayFocusCycle(element: ElementLike): void;
  guid(): string;
  /** Escapes everything, so that it can be given as markup. */
  sanitizeHTML(text: string): string;
  isMobileDevice(): boolean;
  /** Reads a path such as `a.b`; `undefined` as soon as a step is missing. */
  checkPath(target: unknown, path: string): any;
  log(what: unknown): void;
  debug(what: unknown): void;
  error(what: unknown): void;
}

type Command<Data, Result> = { data: Data; result: Result };

/** One field of a form of the page's own. */
export interface FormInput {
  /** What the value is called; what the chat service does not know goes into the user data. */
  name: string;
  id?: string;
  type?: "text" | "email" | "tel" | "number" | "date" | "url" | "textarea" | "select" | "checkbox" | "hidden";
  /** Words, or `@i18n:webchat.KEY` for those of a text of the window. */
  label?: string;
  placeholder?: string;
  maxlength?: number | string;
  value?: string | number;
  required?: boolean;
  /** The choices of a `select`. */
  options?: (string | { text: string; value?: string })[];
  /** Whether the value is right; `false` says that it is not. */
  validate?: (event: Event, form: ElementList, input: ElementList, label: ElementList, jQuery: any, bus: CXBus, common: Common) => boolean;
  validateWhileTyping?: boolean;
  /** Markup of the product; the host has a layout of its own. */
  wrapper?: string;
}

/** A form of the page's own. */
export interface FormDefinition {
  inputs: FormInput[];
  wrapper?: string;
}

/** What the form begins with, by the names of its fields; `autoSubmit` sends it at once. */
export interface Prefill extends Omit<StartChatData, "userData" | "interactionData"> {
  autoSubmit?: boolean;
  [field: string]: unknown;
}

/** The commands of the window. */
export interface WebChatCommands {
  /** Opens the window. With `form: false` the chat starts at once. Refused when it is open already. */
  "WebChat.open": Command<{ form?: Prefill | false; formJSON?: FormDefinition; userData?: Record<string, unknown>; minimized?: boolean; id?: string }, void>;
  /** Closes the window, and ends a chat. */
  "WebChat.close": Command<void, void>;
  /** Folds the window, or unfolds it; without data it turns to the other. */
  "WebChat.minimize": Command<{ minimized?: boolean }, void>;
  "WebChat.endChat": Command<void, void>;
  "WebChat.hide": Command<void, void>;
  "WebChat.show": Command<void, void>;
  /** Shows a page of the plugin in place of the conversation. The customer can close it unless it is `static`. */
  "WebChat.showOverlay": Command<{ html: ElementLike; static?: boolean; hideFooter?: boolean; mode?: string }, ElementList>;
  "WebChat.hideOverlay": Command<void, void>;
  /** Shows a line of the plugin in the conversation; it is not stored. */
  "WebChat.injectMessage": Command<{ type?: "text" | "html"; name?: string; text: string; custom?: boolean; bubble?: boolean }, ElementList>;
  /** Asks in the Toaster whether the customer would like to chat. */
  "WebChat.invite": Command<void, ToasterContent>;
  "WebChat.reInvite": Command<void, ToasterContent>;
  "WebChat.showChatButton": Command<void, void>;
  "WebChat.hideChatButton": Command<void, void>;
  /** Takes options over, beside those that are set. */
  "WebChat.configure": Command<WebChatConfiguration, void>;
}

/** The events of the window. */
export interface WebChatEvents {
  "WebChat.ready": {};
  "WebChat.opened": {};
  /** The chat that the customer asked for in the form has started; not after a reload. */
  "WebChat.started": {};
  "WebChat.closed": {};
  "WebChat.minimized": {};
  "WebChat.unminimized": {};
  /** The chat has ended, its window is still open. */
  "WebChat.completed": {};
  /** After each message that was drawn. */
  "WebChat.messageAdded": {
    data: MessagesReceived;
    message: ChatMessage;
    originalMessage: OriginalMessage;
    html: ElementList;
    transcript: Element;
    /** A text over `pureengage-v3-rest`. */
    index: number | string;
    id: string;
    prevMessageHTML?: ElementList;
  };
}

/** What the opener of a notice gets. */
export interface ToasterContent {
  html: ElementList;
  /** Published when this content is closed, by whomever. */
  events: { close: string };
}

/** A notice. `immutable` reserves the Toaster. */
export type ToasterOptions = { immutable?: boolean; cobrowseVisible?: boolean } & (
  | ({ type?: "generic" } & Omit<ContainerOptions, "type">)
  | { type: "custom"; body: Content }
);

/** The commands of the Toaster. */
export interface ToasterCommands {
  "Toaster.open": Command<ToasterOptions, ToasterContent>;
  "Toaster.close": Command<void, void>;
}

/** The events of the Toaster. */
export interface ToasterEvents {
  "Toaster.ready": {};
  "Toaster.opened": {};
  "Toaster.closed": {};
}

/** A content over the page. */
export interface OverlayOptions {
  html: ElementLike;
  /** Contents of one group lie on each other; the plugin's name if it is left out. */
  group?: string;
  position?: "center" | "left" | "right" | "bottom";
  /** Distances that move it away from its place: numbers are pixels. */
  alignment?: { top?: number | string; right?: number | string; bottom?: number | string; left?: number | string };
  maxWidth?: number | string;
  /** Whether the page behind it can be used; it cannot unless this is `false`. */
  modal?: boolean;
  /** Whether the page behind it is darkened; it is unless this is `false`. */
  overlay?: boolean;
  /** Whether its owner alone closes it. */
  immutable?: boolean;
  mobileOverlay?: "fullScreen" | "fitContent";
  /** Style properties, as in `element.style`. */
  styles?: Record<string, string | number>;
  cobrowseVisible?: boolean;
}

/** The commands of the Overlay. Without a group they mean the plugin's own, else the newest. */
export interface OverlayCommands {
  "Overlay.open": Command<OverlayOptions, { html: ElementList; group: string; events: { close: string; closeAttempt: string } }>;
  "Overlay.close": Command<{ group?: string }, void>;
  /** Returns to the content below; closes the group where there is none. */
  "Overlay.back": Command<{ group?: string }, void>;
  "Overlay.immutable": Command<{ group?: string }, void>;
  "Overlay.mutable": Command<{ group?: string }, void>;
}

/** The events of the Overlay. */
export interface OverlayEvents {
  "Overlay.ready": {};
  "Overlay.opened": {};
  "Overlay.closed": {};
}

/** A dock of a plugin. */
export interface DockView {
  id: string;
  html: ElementLike;
  owner: string;
  close(then?: () => void): void;
}

/** The commands of the WindowManager. */
export interface WindowManagerCommands {
  /** Docks an element beside the chat. It goes with `<Plugin>.closed`. */
  "WindowManager.registerDockView": Command<{ html: ElementLike; id?: string }, DockView>;
  "WindowManager.deregisterDockView": Command<{ id?: string }, void>;
}

/** The events of the WindowManager. */
export interface WindowManagerEvents {
  "WindowManager.ready": {};
  "WindowManager.changed": Record<string, { id: string; owner: string }>;
}

/** Words of one part of the page, by their keys; `Errors` of `webchat` holds words by the codes of errors. */
export type Words = Record<string, string | Record<string, string>>;
/** Words by language and part. */
export type Languages = Record<string, Record<string, Words>>;

/** The commands of App. */
export interface AppCommands {
  /** The class of the theme. */
  "App.getTheme": Command<void, string>;
  "App.setTheme": Command<{ theme: string }, string>;
  /** Puts the theme's class on an element. */
  "App.reTheme": Command<{ html: ElementLike }, ElementLike>;
  "App.getLanguage": Command<void, string>;
  "App.setLanguage": Command<{ lang: string }, string>;
  "App.registerI18n": Command<{ namespace: string; lang?: string; i18n: Words }, void>;
  "App.zoom": Command<{ layout: "mobile" | "desktop" }, { layout: "mobile" | "desktop" }>;
  "App.closeAll": Command<void, void>;
  "App.registerExtension": Command<{ name: string; extension: string | ((...all: any[]) => void) }, void>;
  /** Has a plugin loaded by its file name on the next page. */
  "App.registerAutoLoad": Command<{ name?: string }, void>;
  "App.deregisterAutoLoad": Command<{ name?: string }, void>;
}

/** The events of App; later subscribers get those that are remembered: all but `closeAll` and `zoom`. */
export interface AppEvents {
  "App.ready": WidgetsConfiguration;
  "App.theme": { theme: string };
  "App.language": string;
  "App.i18n": Record<string, Words>;
  /** Only on a phone. */
  "App.mobileMode": {};
  "App.zoom": { layout: "mobile" | "desktop" };
  "App.closeAll": {};
}

/** `_genesys.widgets.main`. */
export interface MainConfiguration {
  /** `light`, `dark`, `auto` (as the visitor's system), or a name of `themes`. */
  theme?: string;
  /** Own themes: name → class. */
  themes?: Record<string, string>;
  lang?: string;
  /** The words, or the address of a file with them. */
  i18n?: Languages | string;
  mobileMode?: "auto" | boolean;
  mobileModeBreakpoint?: number;
  /** How narrow a page is when its windows fill it: a length of CSS, `42em` if it is left out. */
  zoomBreakpoint?: string | number;
  transitions?: boolean;
  timeFormat?: 12 | 24;
  deploymentID?: string;
  cookieOptions?: {
    path?: string;
    domain?: string;
    sameSite?: "Strict" | "Lax" | "None";
    secure?: boolean;
    partitioned?: boolean;
    /** Days from now, or a time. */
    expires?: number | Date;
  };
  /** Writes the names of commands and events to the console, never their data. */
  debug?: boolean;
  preload?: string[];
  pluginLoadDelay?: number;
  /** Which version of the product the host behaves like. */
  emulate?: "9.0.018" | "9.0.005" | "8.5";
  [option: string]: unknown;
}

/** `_genesys.widgets.webchat`: what the window reads. The chat service's part is in the documentation. */
export interface WebChatConfiguration {
  dataURL?: string;
  userData?: Record<string, unknown>;
  chatButton?: { enabled?: boolean };
  /** The fields of the form. */
  form?: FormDefinition;
  uploadsEnabled?: boolean;
  markdown?: boolean;
  maxMessageLength?: number;
  /** Says how many characters are left. */
  charCountEnabled?: boolean;
  /** On a small screen the window of an earlier page comes back folded. */
  minimizeOnMobileRestore?: boolean;
  autoInvite?: { enabled?: boolean; timeToInviteSeconds?: number; inviteTimeoutSeconds?: number };
  transport?: { type: "purecloud-v2-sockets" | "pureengage-v3-rest"; [option: string]: unknown };
  [option: string]: unknown;
}

/** `_genesys.widgets`. */
export interface WidgetsConfiguration {
  main?: MainConfiguration;
  webchat?: WebChatConfiguration;
  extensions?: Record<string, Extension | string>;
  onReady?: (bus: QuickBus) => void;
  bus?: QuickBus;
  common?: Common;
  [part: string]: unknown;
}

type HostCommands = WebChatCommands & ToasterCommands & OverlayCommands & WindowManagerCommands & AppCommands;
type HostEvents = WebChatEvents & ToasterEvents & OverlayEvents & WindowManagerEvents & AppEvents;

declare module "./bus.js" {
  interface BusCommands extends HostCommands {}
  interface BusEvents extends HostEvents {}
}

declare global {
  interface Window {
    CXBus?: CXBus;
  }
}
