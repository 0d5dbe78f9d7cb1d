// The session data of WebChatService, which the Messaging Server verifies (webchatservice, "getSessionData").

import { own } from '../page.js';

/**
 * The names of interaction id, secure key and user id in the session data of GMS, and with `webchat.transport` set to Genesys
 * Cloud or to v3 (transports, 2.7 and 3.7).
 */
const NAMES = [
  ['sessionID', 'secureKey', 'userId'],
  ['conversationId', 'jwt', 'memberId'],
  ['sessionId', 'token', 'participantId'],
];

/**
 * The three values by what the core calls them, if all are there. The object is the service's own and is blanked when the chat ends, so they are copied.
 * With `any`, another transport's values stand in for those of GMS.
 */
export function getSession(data, any) {
  const filled = NAMES.slice(0, any ? NAMES.length : 1).map((names) =>
    names.map((name) => {
      const value = data?.[name];
      // The documented type is "number/string".
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    }),
  );
  const [interaction, key, user] = filled.find((values) => values.every(Boolean)) || [];
  return { interaction, key, user };
}
