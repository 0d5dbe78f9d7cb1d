/** What {@link connect} needs. */
export interface FrameOptions {
  /** The exact origin of the page that frames the app, from a source that the app trusts: never from `document.referrer`. */
  parentOrigin: string;
}

/** The way to the page. Outside a frame, everything is accepted and nothing sent. */
export interface FrameConnection {
  /** The customer reached a block. */
  progress(block: string): void;
  /** The app has ended. */
  ended(): void;
  /** What the app calls itself: at most 128 characters, no control characters. */
  title(text: string): void;
  /** All steps (at most 32, each of at most 64 characters) and the one that the customer is at, from 0. */
  steps(names: string[], at: number): void;
  /** Something went wrong: a stable code of `a`–`z` and `_`, at most 32 characters; never free text. */
  error(code: string): void;
  /** Asks the page to close the app. */
  close(): void;
  /** Reports the document's height now; changes are reported without it. */
  height(): void;
  /** Says that the customer is at work, at most once in ten seconds; typing and pointing say so without it. */
  keepAlive(): void;
  /** The page ends the session: save what must be saved at once, for example with `fetch(…, { keepalive: true })`. */
  onHangup(handler: () => void): void;
  /** The page's colours, now if known and whenever they change. */
  onTheme(handler: (theme: "light" | "dark") => void): void;
  /** The page's language (BCP 47), now if known and whenever it changes. */
  onLanguage(handler: (language: string) => void): void;
  /** How much room there is, now if known and whenever it changes. */
  onLayout(handler: (layout: "mobile" | "desktop") => void): void;
}

/** Connects this document with the page that frames it; once per document, before its load event. */
export function connect(options: FrameOptions): FrameConnection;
