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
  login: (name, groups, skills) => call("POST", "/api/login", { name, groups, skills }),
  chat: (id) => call("GET", chatPath(id)),
  accept: (id) => call("POST", chatPath(id) + "/accept", {}),
  decline: (id) => call("POST", chatPath(id) + "/decline", {}),
  say: (id, text) => call("POST", chatPath(id) + "/messages", { text }),
  typing: (id, on) => call("POST", chatPath(id) + "/typing", { on }),
  sendFile: async (id, file) => {
    const path = chatPath(id) + "/files/" + encodeURIComponent(file.name);
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    return answer(await fetch(path, { method: "PUT", headers, body: file }));
  },
  filePath: (id, fileId) => chatPath(id) + "/files/" + encodeURIComponent(fileId),
  end: (id) => call("POST", chatPath(id) + "/end", {}),
  standardResponses: () => call("GET", "/api/standard-responses"),
};
