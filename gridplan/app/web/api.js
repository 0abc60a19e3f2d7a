// What the page asks the server for: every answer is JSON; what is refused comes back as problems in words.

/** What the server refused, with its problems. */
export class Refused extends Error {
  /** @param {any[]} problems */
  constructor(problems) {
    super("refused");
    this.problems = problems;
  }
}

/** @param {string} name @param {Record<string, string>} [query] @returns {Promise<any>} */
export async function get(name, query) {
  const question = query ? `?${new URLSearchParams(query)}` : "";
  return answered(await fetch(`/api/${name}${question}`, { credentials: "same-origin" }));
}

/** @param {string} name @param {any} [content] @returns {Promise<any>} */
export async function post(name, content) {
  const headers = { "content-type": "application/json" };
  return answered(await fetch(`/api/${name}`, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(content || {}) }));
}

/** Put a file into the folder.
 * @param {File} file @param {string} [place] @returns {Promise<any>} */
export async function upload(file, place = "files") {
  const headers = { "content-type": "application/octet-stream" };
  return answered(await fetch(`/api/${place}/upload?${new URLSearchParams({ name: file.name })}`, { method: "POST", credentials: "same-origin", headers, body: file }));
}

async function answered(response) {
  const kind = response.headers.get("content-type") || "";
  const content = kind.startsWith("application/json") ? await response.json() : null;
  if (!response.ok) throw new Refused((content && content.problems) || []);
  return content;
}

/** Hear the news of the server; `gone` is called when it is no longer there.
 * @param {Record<string, (content: any) => void>} handlers
 * @param {(here: boolean) => void} alive */
export function listen(handlers, alive) {
  const source = new EventSource("/api/events");
  for (const [name, handler] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handler(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  }
  source.addEventListener("hello", () => alive(true));
  source.addEventListener("error", () => alive(false));
}
