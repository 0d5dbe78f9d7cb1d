// The desk's JSON API.

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer(response);
}

async function answer(response) {
  const data = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    const error = (data && data.error) || { code: "http_" + response.status, message: "The server did not answer as expected." };
    throw new ApiError(response.status, error.code, error.message);
  }
  return data;
}

const chatPath = (id) => "/api/chats/" + encodeURIComponent(id);

export const api = {
  me: () => call("GET", "/api/me"),
  login: (name, profile) => call("POST", "/api/login", { name, ...profile }),
  logout: () => call("POST", "/api/logout", {}),
  ready: (ready) => call("POST", "/api/ready", { ready }),
  agents: () => call("GET", "/api/agents"),
  chat: (id) => call("GET", chatPath(id)),
  accept: (id) => call("POST", chatPath(id) + "/accept", {}),
  decline: (id) => call("POST", chatPath(id) + "/decline", {}),
  say: (id, text, visibility) => call("POST", chatPath(id) + "/messages", { text, visibility }),
  transfer: (id, where) => call("POST", chatPath(id) + "/transfer", where),
  consult: (id, agent, note) => call("POST", chatPath(id) + "/consult", { agent, note }),
  answerConsult: (id, step) => call("POST", chatPath(id) + "/consult/answer", { step }),
  poke: (id) => call("POST", chatPath(id) + "/poke", {}),
  supervise: (id, mode) => call("POST", chatPath(id) + "/supervise", { mode }),
  change: (id, data) => call("PATCH", chatPath(id) + "/data", data),
  typing: (id, on) => call("POST", chatPath(id) + "/typing", { on }),
  sendFile: async (id, file) => {
    const path = chatPath(id) + "/files/" + encodeURIComponent(file.name);
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    return answer(await fetch(path, { method: "PUT", headers, body: file }));
  },
  filePath: (id, fileId) => chatPath(id) + "/files/" + encodeURIComponent(fileId),
  end: (id) => call("POST", chatPath(id) + "/end", {}),
  // Of a chat, with its values; without one, as they were written.
  responses: (id, search) =>
    call("GET", (id ? chatPath(id) : "/api") + "/standard-responses" + (search.trim() ? "?search=" + encodeURIComponent(search) : "")),
};
