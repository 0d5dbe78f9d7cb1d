// The public client of the Guest Chat API against a server: node guest-client.cjs ADDRESS START
//
// START is the JSON of the create request. Each step prints one line of JSON, `{"step": …}`; after the first one, a line on
// standard input says that the event stream is open and an agent is there.
"use strict";

const readline = require("node:readline");
const guest = require("purecloud-guest-chat-client");

const [address, start] = process.argv.slice(2);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const client = guest.ApiClient.instance;
client.config.basePath = address;

function say(step, value) {
  process.stdout.write(`${JSON.stringify({ step, value: value === undefined ? null : value })}\n`);
}

/** What a call is refused with: the client hands on the body as it came. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error.body || error;
  }
  throw new Error("it was not refused");
}

async function main() {
  const api = new guest.WebChatApi();
  const created = await api.postWebchatGuestConversations(JSON.parse(start));
  // Its logger blanks the headers that all its calls share, and with them every later Authorization.
  client.defaultHeaders = {};
  client.setJwt(created.jwt);
  say("created", created);
  const { id, member } = created;
  say("early", await refusal(api.postWebchatGuestConversationMemberMessages(id, member.id, { body: "Hello?" })));
  await lines.next();

  const first = await api.postWebchatGuestConversationMemberMessages(id, member.id, { body: "Hello" });
  say("message", first);
  say("typing", await api.postWebchatGuestConversationMemberTyping(id, member.id));
  await api.postWebchatGuestConversationMemberMessages(id, member.id, { body: "Is anybody there?" });
  say("members", await api.getWebchatGuestConversationMembers(id, {}));
  say("present", await api.getWebchatGuestConversationMembers(id, { pageSize: 1, pageNumber: 2, excludeDisconnectedMembers: true }));
  say("member", await api.getWebchatGuestConversationMember(id, member.id));
  say("messages", await api.getWebchatGuestConversationMessages(id, {}));
  say("newest", await api.getWebchatGuestConversationMessages(id, { sortOrder: "descending", maxResults: 1 }));
  say("after", await api.getWebchatGuestConversationMessages(id, { after: first.id }));
  say("again", await api.getWebchatGuestConversationMessage(id, first.id));
  const requests = await api.getWebchatGuestConversationMediarequests(id);
  say("requests", requests);
  const request = requests.entities[0].id;
  say("request", await api.getWebchatGuestConversationMediarequest(id, request));
  say("declined", await api.patchWebchatGuestConversationMediarequest(id, request, { state: "DECLINED" }));
  say("refused", await refusal(api.postWebchatGuestConversationMemberMessages(id, member.id, { body: "" })));
  say("left", await api.deleteWebchatGuestConversationMember(id, member.id));
  say("late", await refusal(api.postWebchatGuestConversationMemberMessages(id, member.id, { body: "Still there?" })));
}

main().then(
  // It watches a configuration file and would never end by itself.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${(error && error.stack) || JSON.stringify(error)}\n`);
    process.exit(1);
  },
);
