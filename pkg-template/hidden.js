// Which lines the customer must never see (grammar, "Chat text", rules 1 and 2).

/** What begins with our scheme, after white space. */
export const HIDDEN = new RegExp(CX_BUILD.hidden.source, CX_BUILD.hidden.flags);

const COLON = CX_BUILD.scheme.length - 1;

/**
 * Whether a text is to be hidden: what the pattern says. Most texts of a chat begin with a visible ASCII character and have no
 * colon where our scheme has its own; these need no pattern, which would take most of the time.
 */
export function isHidden(text) {
  return typeof text === 'string' && (text < '!' || text > '~' || text[COLON] === ':') && HIDDEN.test(text);
}
