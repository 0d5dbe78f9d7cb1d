// What may go wrong, and what is said about it.

/** Calls something of the page; what the page does not let us do is left undone. */
export function attempt(call) {
  try {
    return call();
  } catch {
    // See above.
  }
}

/** Prints names, codes and remedies; never a secure key, a parameter's value or a chat text. */
export function log(level, ...words) {
  console[level](CX_BUILD.plugin + ': ' + words.join(' '));
}
