// What a window says and offers in each phase of the core: the key of its status line, or that of a message in place of the
// frame with what the customer can do; the first is what they most likely want.

const CLOSE = ['dismiss', 'close'];
const WINDOW = ['window', 'window'];

/** The status lines, by phase. */
export const STATUS = { loading: 'loading', running: 'running', ended: 'ended', closing: 'closing' };

/** The messages, by phase: the key of the text, and of each button its act and the key of its label. */
export const VIEWS = {
  elsewhere: ['elsewhere', ['here', 'here'], CLOSE],
  consenting: ['consent', ['yes', 'yes'], ['no', 'no']],
  'timing-out': ['timingOut', ['finish', 'stay']],
  'chat-over': ['chatOver', ['finish', 'finish'], CLOSE],
  failed: ['failed', ['retry', 'retry'], WINDOW, ['dismiss', 'back']],
};

/** Before a form is closed that the customer works with. */
export const CONFIRM = ['confirm', ['stay', 'stay'], ['confirm-close', 'confirmClose']];

/** While the app is in a window of its own. */
export const IN_WINDOW = ['inWindow', WINDOW, ['done', 'done']];
