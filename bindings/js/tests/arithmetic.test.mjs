// The arithmetic alone, beside the module that has all operations. That the two compute the same, ./driver.mjs sees for each vector.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as core from "cognito-srp-core";
import * as alone from "cognito-srp-core/arithmetic";
import load from "../wasm/arithmetic.js";

const wasm = (name) => readFileSync(fileURLToPath(import.meta.resolve(`cognito-srp-core/${name}.wasm`)));
const argument = (parameter, problem) => ({ name: "CognitoSrpError", kind: "Argument", parameter, problem });

test("before init a call says so, and afterwards it computes; the other module is not ready by that", async () => {
  assert.throws(() => alone.modpow(2n, 2n), argument("init", "Unexpected"));
  await alone.init();
  assert.equal(alone.modpow(2n, 10n).at(-2), 4);
  assert.throws(() => core.modpow(2n, 10n), argument("init", "Unexpected"));
  await core.init();
  assert.deepEqual(core.modpow(3n, 1n << 1000n), alone.modpow(3n, 1n << 1000n));
});

test("it has the functions of the arithmetic, and no others", () => {
  const names = ["CognitoSrpError", "claimKey", "computeS", "deviceVerifier", "init", "initSync", "instantiate", "kernel", "modpow", "version"];
  assert.deepEqual(Object.keys(alone).toSorted(), names);
  assert.equal(alone.CognitoSrpError, core.CognitoSrpError);
  assert.deepEqual([alone.version(), alone.kernel()], [core.version(), core.kernel()]);
});

test("each module is refused by the other's init", () => {
  for (const [entry, name] of [["cognito-srp-core", "arithmetic"], ["cognito-srp-core/arithmetic", "cognito_srp_core"]]) {
    const program = `
      import { readFileSync } from "node:fs";
      import { init, initSync } from "${entry}";
      const wasm = readFileSync(process.argv[1]);
      for (const load of [init, async (bytes) => initSync(bytes)]) {
        await load(wasm).catch(({ name, kind, parameter }) => console.log(name, kind, parameter));
      }`;
    const file = fileURLToPath(import.meta.resolve(`cognito-srp-core/${name}.wasm`));
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program, file], { cwd: import.meta.dirname, encoding: "utf8" });
    assert.equal(printed, "CognitoSrpError Argument init\n".repeat(2), entry);
  }
});

test("what it was given is gone from its memory", async () => {
  await alone.init();
  const { memory } = await load();
  const password = "corréct horse battery staple";
  const found = () => Buffer.from(memory.buffer).includes(Buffer.from(password).subarray(0, 12));
  alone.claimKey(crypto.getRandomValues(new Uint8Array(64)), 5n, 7n, "TestPool1", "alice", password);
  assert.equal(found(), false);
  // The search finds what is there.
  new Uint8Array(memory.buffer).set(Buffer.from(password), memory.buffer.byteLength - 64);
  assert.equal(found(), true);
});

test("it is less than a third of the other module", () => {
  const [own, other] = ["arithmetic", "cognito_srp_core"].map((name) => gzipSync(wasm(name), { level: 9 }).length);
  assert.ok(own < other / 3, `${own} of ${other} bytes`);
});
