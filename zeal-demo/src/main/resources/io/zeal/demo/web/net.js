// Every call to the server. Whole numbers of 64 bits travel as strings: a number would be rounded above 2^53.

export class Refusal extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
  }
}

async function call(method, path, parameters, body) {
  const query = new URLSearchParams(parameters ?? {}).toString();
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(query ? `${path}?${query}` : path, options);
  } catch {
    throw new Refusal(0, { code: "", message: "The demo server cannot be reached." });
  }
  const answer = await response.json();
  if (answer.error) {
    throw new Refusal(response.status, answer.error);
  }
  return answer;
}

export const get = (path, parameters) => call("GET", path, parameters);
export const post = (path, body) => call("POST", path, undefined, body);
export const put = (path, parameters, body) => call("PUT", path, parameters, body);
export const patch = (path, parameters, body) => call("PATCH", path, parameters, body);
export const remove = (path, parameters) => call("DELETE", path, parameters);
