// What chat texts say about MicroApps (the project's grammar of MicroApp chat lines).

const STATUS = "microapp:progress:";
const BLOCK = "block:";
const REQUEST = /^[\s\uFEFF]*microapp:\/\/app\//i;

const WORDS = {
  ended: "completed",
  closed: "closed by customer",
  replaced: "replaced by a newer one",
  declined: "declined by customer",
  done: "done, says the customer",
  timeout: "timed out",
};

// What an agent can make of the stable codes; the others are shown as they are.
const CODES = {
  app_failed: "the form reported an error",
  app_silent: "the form stopped answering",
  bad_token: "the request line is malformed",
  busy: "another form is open",
  empty_token: "the request line is malformed",
  frame_blocked: "the website does not allow it",
  load_timeout: "the form did not load",
  no_session: "this chat cannot have forms",
  too_long: "the request line is too long",
  unreachable: "the form's server does not answer",
  vetoed: "the website refused it",
};

export function isRequest(entry) {
  return entry.type === "Message" && REQUEST.test(entry.text || "");
}

export function requestOf(text) {
  const [first, ...rest] = text.trim().replace(REQUEST, "").split(/\r\n|\n|\r/);
  const slash = first.indexOf("/");
  const token = (slash < 0 ? first : first.slice(0, slash)).trim();
  const name = slash < 0 ? "" : first.slice(slash + 1).trim();
  const parameters = rest.filter((line) => line.includes("=")).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at).trim(), line.slice(at + 1)];
  });
  return { token, name: name || "MicroApp", parameters };
}

// null if the entry is no status message.
export function statusOf(entry) {
  const text = (entry.text || "").trim();
  if (entry.type !== "Message" || !text.startsWith(STATUS)) {
    return null;
  }
  const milestone = text.slice(STATUS.length);
  if (milestone.startsWith(BLOCK)) {
    const block = milestone.slice(BLOCK.length);
    return { milestone, state: "running", label: "MicroApp: " + block, block };
  }
  const [word, ...detail] = milestone.split(":");
  if (word === "failed") {
    const code = detail.join(":");
    return { milestone, state: "failed", label: "MicroApp failed" + (code ? ": " + (CODES[code] || code) : "") };
  }
  return { milestone, state: word, label: "MicroApp " + (WORDS[word] || milestone.replace(/[:_-]+/g, " ")) };
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// Where the newest MicroApp of a transcript stands.
export function summaryOf(transcript) {
  let summary = { state: "none", name: "", label: "Not started", steps: [] };
  for (const entry of transcript) {
    if (isRequest(entry) && entry.from.type !== "Client") {
      summary = { state: "none", name: requestOf(entry.text).name, label: "Requested, not opened yet", steps: [] };
      continue;
    }
    const status = statusOf(entry);
    if (!status) {
      continue;
    }
    // "replaced" is about the request before: it must not hide that the newest one is running already.
    if (status.state === "replaced" && summary.steps.length) {
      continue;
    }
    // In a window of its own the server knows the end; that the customer is done says less.
    if (status.state === "done" && summary.state === "ended") {
      continue;
    }
    const step = { label: status.block || capital(status.label.replace(/^MicroApp /, "")), at: entry.utcTime, state: status.state };
    summary = { ...summary, state: status.state, label: status.block || status.label, steps: [...summary.steps, step] };
  }
  return summary;
}
