/** A real HTTP server on this machine which answers as each test tells it, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A test, or whatever else says when all is over. */
export type Ending = TestContext | { after(end: () => void): void };

export interface Server {
  url: string;
  /** What was asked, in order: `GET /v1/status`. */
  asked: string[];
  /** The headers of the last request. */
  headers: () => IncomingMessage["headers"];
}

/** Starts a server that gives one reply after the other, and the last one for good; it ends with the test. */
export async function serve(t: Ending, ...replies: Reply[]): Promise<Server> {
  const asked: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  const server = createServer((request, response) => {
    const reply = replies[Math.min(asked.length, replies.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    headers = request.headers;
    reply?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, headers: () => headers };
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** Answers with problem details, as the Worker does. */
export function problem(status: number, detail: string, headers: Record<string, string> = {}): Reply {
  const body = { type: "about:blank", title: "Problem", status, detail };
  return json(body, status, { "content-type": "application/problem+json", ...headers });
}

/** Answers with text. */
export function text(body: string, type: string): Reply {
  return (response) => void response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
}

/** Answers as a site that is no Worker. */
export function html(status: number): Reply {
  return (response) => void response.writeHead(status, { "content-type": "text/html" }).end("<!doctype html>");
}

/** Breaks the connection. */
export const hangUp: Reply = (response) => void response.destroy();

/** Never answers. */
export const silence: Reply = () => {};
