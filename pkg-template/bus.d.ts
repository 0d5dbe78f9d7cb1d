// CXBus, the message bus of Genesys Widgets, as plugins see it.

/** The result of a command, for whoever sent it: not a `Promise`, but `await` takes it. */
export interface Answer<Value = unknown, Reason = unknown> {
  /** Calls back once the command has succeeded; at once if it has already. */
  done(...calls: Array<(value: Value) => void>): this;
  /** Calls back once the command has failed. */
  fail(...calls: Array<(reason: Reason) => void>): this;
  /** Calls back in either case. */
  always(...calls: Array<(outcome: Value | Reason) => void>): this;
  /** Calls back on each `notify` of the handler. */
  progress(...calls: Array<(note: unknown) => void>): this;
  /** As `done` and `fail`. It gives nothing back, so it cannot be chained. */
  then(done?: (value: Value) => void, fail?: (reason: Reason) => void): void;
  /** Where it stands. */
  state(): "pending" | "resolved" | "rejected";
  /** Whether the command has succeeded. */
  isResolved(): boolean;
  /** Whether the command has failed. */
  isRejected(): boolean;
}

/** The result of a command, for its handler. Settle it exactly once: an unsettled one keeps the sender waiting for ever. */
export interface Deferred<Value = unknown, Reason = unknown> extends Answer<Value, Reason> {
  /** Answers. */
  resolve(...values: Value extends void ? [] : [value: Value]): this;
  /** Refuses. */
  reject(...reasons: Reason extends void ? [] : [reason: Reason]): this;
  /** Tells how far it is. */
  notify(note?: unknown): this;
}

/** What a command takes, gives and is refused with. */
export interface CommandType {
  /** What the sender passes. */
  data: object | void;
  /** What it is answered. */
  result: unknown;
  /** What it is refused with. */
  reason?: unknown;
}

/** Commands whose types are known, by their full names. Declare your own by adding to this interface. */
export interface BusCommands {}

/** Events whose data are known, by their full names. Declare your own by adding to this interface. */
export interface BusEvents {}

/** A name that is not in `Known`, so that known ones are never taken for unknown ones. */
type Unknown<Name extends string, Known> = Name extends keyof Known ? never : Name;
type ReasonOf<Command> = Command extends { reason: infer Reason } ? Reason : unknown;
type DataOf<Command> = Command extends { data: infer Data } ? Data : unknown;
type ResultOf<Command> = Command extends { result: infer Result } ? Result : unknown;
/** Data may be left out where nothing is required of them. */
type Passed<Data> = [Data] extends [void] ? [data?: {}] : {} extends Data ? [data?: Data] : [data: Data];

/** What a command handler is called with. */
export interface Invocation<Data = any, Value = unknown, Reason = unknown> {
  /** When it was sent, in milliseconds since 1970. */
  time: number;
  /** The plugin that sent it. */
  commander: string;
  /** Its full name. */
  command: string;
  /** To be settled. */
  deferred: Deferred<Value, Reason>;
  /** What was passed: the sender's very object, `{}` if there was none. */
  data: Data;
}

/** What a subscriber is called with. */
export interface BusEvent<Data = any> {
  /** When it was published, in milliseconds since 1970. */
  time: number;
  /** The plugin that published it. */
  publisher: string;
  /** Its full name. */
  event: string;
  /** What was published. All subscribers share this object. */
  data: Data;
}

/** Sending commands and hearing events. */
export interface BusUser {
  /** Sends a command by its full name, or one of the plugin's own by its short one. */
  command<Name extends keyof BusCommands & string>(
    name: Name,
    ...data: Passed<DataOf<BusCommands[Name]>>
  ): Answer<ResultOf<BusCommands[Name]>, ReasonOf<BusCommands[Name]>>;
  /** Sends a command whose types are not known. */
  command<Name extends string>(name: Unknown<Name, BusCommands>, data?: object): Answer;
  /** Subscribes to an event by its full name; gives that name. */
  subscribe<Name extends keyof BusEvents & string>(name: Name, call: (event: BusEvent<BusEvents[Name]>) => void): string;
  /** Subscribes to an event whose data are not known. */
  subscribe<Name extends string>(name: Unknown<Name, BusEvents>, call: (event: BusEvent) => void): string;
  /** Reads what a plugin keeps for all, such as `App.mobileMode`; with a value, keeps it. */
  data(key: string, value?: unknown): any;
}

/** A plugin on the bus. */
export interface PluginInterface extends BusUser {
  /** Publishes `<own name>.<event>`. */
  publish(event: string, data?: unknown): void;
  /** The same, with less logging. */
  publishDirect(event: string, data?: unknown): void;
  /** Publishes and remembers, so that later subscribers get it too. */
  republish(event: string, data?: unknown): void;
  /** Ends all of this plugin's subscriptions to an event. */
  unsubscribe(name: string): void;
  /** Sees, changes (by what it returns) or stops (by returning no object) the data of a command, whoever sends it. */
  before(name: string, call: (data: any) => object | false | undefined): void;
  /** Registers a command of this plugin, in place of an earlier one of that name. */
  registerCommand<Data = any, Value = unknown, Reason = unknown>(
    name: string,
    call: (invocation: Invocation<Data, Value, Reason>) => void,
  ): boolean;
  /** Says which events this plugin publishes; informative only. */
  registerEvents(names: string | string[]): void;
  /** The plugin's name. */
  namespace(): string;
  /** The commands and events of all plugins. */
  registry(): Record<string, { commands: string[]; events: string[] }>;
  /** Who listens to events that have this plugin's name in theirs. */
  subscribers(): Record<string, string[]>;
  /** Lets the commands run that others have sent so far. Without it they wait for ever. */
  ready(): void;
}

/** Settings of the bus. */
export interface BusSettings {
  debug?: boolean;
  async?: boolean;
  log?: boolean;
  logStore?: boolean;
  loadPlugins?: boolean;
  unlocked?: boolean;
  /** The folder of plugin files. */
  pluginsPath?: string;
  /** How such a file is called; the word `plugin` stands for the plugin's name. */
  pluginFilenameFormat?: string;
  /** Files of single plugins; they must end in `.js`. `false`: never load. */
  pluginMap?: Record<string, string | false>;
}

/** `window.CXBus`. */
export interface CXBus extends BusUser {
  /** Registers a plugin; `false` when the name is taken or the bus is locked. */
  registerPlugin(name: string): PluginInterface | false;
  /** Gives control over the bus to the first who asks: that is App. */
  registerMaster(): { lock(): void; unlock(): void; config: BusSettings } | undefined;
  /** Loads a plugin's file. */
  loadPlugin(name: string): Answer;
  /** Loads any script. */
  loadFile(url: string): Answer;
  loadModule(name: string): Answer;
  registerModule(name: string, module: unknown): void;
  /** Changes the settings of the bus. */
  configure(settings: BusSettings): void;
}

/** `window._genesys.widgets.bus`: a plugin of its own that can register others. */
export interface QuickBus extends PluginInterface {
  /** Registers a plugin; `false` when the name is taken or the bus is locked. */
  registerPlugin(name: string): PluginInterface | false;
}

/** A function in `_genesys.widgets.extensions`; called once, while Widgets starts. */
export type Extension = (jQuery: any, bus: CXBus, common: any) => void;
