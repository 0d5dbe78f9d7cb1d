// The two requests that the page itself makes.

/** Milliseconds in which the browser says whether it was the page's policy that refused a request. */
const VIOLATION_GRACE = 100;

/**
 * Whether anything answers at `url`; what it answers does not matter, so no CORS is needed.
 *
 * A page whose `connect-src` does not name the server refuses the question, which says nothing about the server: that counts
 * as yes, so that a page that was right for the script we replace stays right.
 */
export async function probe(url) {
  let refused = false;
  const notice = () => (refused = true);
  window.addEventListener('securitypolicyviolation', notice);
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit' });
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, VIOLATION_GRACE));
    return refused;
  } finally {
    window.removeEventListener('securitypolicyviolation', notice);
  }
}

/** Posts the fields and gives the property `ticket` of the JSON answer; nothing when there is none. */
export async function fetchTicket(url, fields) {
  const body = new URLSearchParams(fields);
  try {
    const response = await fetch(url, { method: 'POST', credentials: 'omit', referrerPolicy: 'no-referrer', body });
    const { ticket } = response.ok ? await response.json() : {};
    return typeof ticket === 'string' ? ticket : '';
  } catch {
    return '';
  }
}
