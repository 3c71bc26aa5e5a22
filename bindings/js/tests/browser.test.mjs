// A page in headless Chromium signs in to `testpool`: `../with-testpool node --test tests/browser.test.mjs`. CHROMIUM names the browser.
//
// The pool is of another origin, so that each request needs its leave (CORS); and the page may load nothing but what is listed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const endpoint = process.env.COGNITO_ENDPOINT;
const root = fileURLToPath(new URL("..", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${endpoint}`;

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

let server, context, page, profile;
const complaints = [];

before(async () => {
  server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    try {
      const body = await readFile(join(root, path === "/" ? "/tests/page/index.html" : path === "/page.js" ? "/tests/page/page.js" : path));
      response.writeHead(200, { "Content-Type": types[extname(path) || ".html"], "Content-Security-Policy": policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  profile = mkdtempSync(join(tmpdir(), "cognito-srp-"));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
  });
  page = await context.newPage();
  page.on("console", (message) => message.type() !== "info" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(`${error}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction("window.signIn !== undefined");
});

after(async () => {
  await context?.close();
  server?.close();
  rmSync(profile, { recursive: true, force: true });
});

const signIn = (options, person) => page.evaluate((args) => window.signIn(...args), [endpoint, options, person]);

test("tokens come, in a page that may load nothing else", async () => {
  const done = await signIn({ Username: "alice" }, { PASSWORD: "Wonderland1!" });
  assert.equal(done.error, undefined);
  assert.equal(done.kind, "done");
  assert.equal(done.AuthenticationResult.TokenType, "Bearer");
  assert.equal(JSON.parse(Buffer.from(done.AuthenticationResult.AccessToken.split(".")[1], "base64url")).username, "alice");
  assert.deepEqual(complaints, []);
});

test("the arithmetic is loaded by itself", async () => {
  const power = await page.evaluate(() => window.power(3000));
  assert.equal(BigInt(`0x${Buffer.from(power).toString("hex")}`), 1n << 3000n);
  assert.deepEqual(complaints, []);
});

test("a device is remembered and used again", async () => {
  const { Device } = await signIn({ Username: "alice", RememberDevice: true }, { PASSWORD: "Wonderland1!" });
  const { kind } = await signIn({ Username: "alice", Device }, { PASSWORD: "Wonderland1!" });
  assert.equal(kind, "done");
});

test("a refusal is read across origins too, with its cause", async () => {
  const { error } = await signIn({ Username: "alice" }, { PASSWORD: "wrong" });
  assert.deepEqual([error.kind, error.name, error.cause], ["Refused", "NotAuthorizedException", "WrongUserOrPassword"]);
});

test("the page stays responsive: no block of 50 ms in the quietest of ten sign-ins", async (t) => {
  const gaps = [];
  const calls = [];
  let idle = Infinity;
  for (let i = 0; i < 10; i++) {
    const { gap, longest, kind } = await signIn({ Username: "alice" }, { PASSWORD: "Wonderland1!" });
    assert.equal(kind, "done");
    gaps.push(gap);
    calls.push(longest);
    idle = Math.min(idle, (await page.evaluate(() => window.idle())).gap);
  }
  const [gap, call] = [Math.min(...gaps), Math.min(...calls)].map((time) => time.toFixed(1));
  console.log(`FIGURE: Chromium: longest call ${call} ms, longest gap of a 60 Hz timer ${gap} ms (idle: ${idle.toFixed(1)} ms)`);
  assert.ok(Math.min(...gaps) < 50, `gaps of ${gaps.map(Math.round)} ms`);
});
