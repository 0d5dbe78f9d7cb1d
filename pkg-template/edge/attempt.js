/** Calls something of the page; what the page does not let us do is left undone. */
export function attempt(call) {
  try {
    return call();
  } catch {
    // See above.
  }
}
