// The MicroApp's frame, and the window that can stand in for it.

import { attempt, log } from './attempt.js';
import { element, ROOT } from './dom.js';

/** The id that the script we replace gave its frame (backend facts, 5.6). */
const ID = 'speechstorm_webivr_iframe';

/**
 * Builds the frame without inserting it; `title` names it for assistive technology.
 *
 * Without a sandbox, no sandbox could hold the app: the core leaves it out when the app shares the page's origin.
 */
export function build({ url, sandbox, allow, credentialless, posted }, title) {
  if (sandbox === undefined) log('warn', "no sandbox can hold a MicroApp of the page's own origin.");
  return element('iframe', {
    id: ID,
    class: ROOT + '-frame',
    title,
    referrerpolicy: 'no-referrer',
    name: ID,
    allow,
    credentialless,
    sandbox,
    src: posted ? undefined : url,
  });
}

/** Whether what has loaded is only the empty document that a frame shows before its fields are posted. */
export function isBlank(frame) {
  try {
    return frame.contentDocument?.URL === 'about:blank';
  } catch {
    return false;
  }
}

/** Posts the launch's fields into the frame, once it is in the page; without fields the frame has loaded by its address. */
export function post(launch) {
  if (launch.posted) submit(launch, ID);
}

/** Opens the launch in a window of its own, which gets no hold on this one. */
export function openWindow(launch) {
  if (launch.posted) submit(launch, '_blank');
  else open(launch.url, '_blank', 'noopener,noreferrer');
}

function submit({ url, fields }, target) {
  const form = element(
    'form',
    { method: 'post', action: url, target, rel: 'noopener noreferrer', hidden: true },
    document.body,
  );
  Object.entries(fields).forEach(([name, value]) => element('input', { type: 'hidden', name, value }, form));
  // A browser may throw where the page's policy forbids it; the fields must not stay.
  attempt(() => form.submit());
  form.remove();
}
