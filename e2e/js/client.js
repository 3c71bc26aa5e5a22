// amazon-cognito-identity-js signing in to a local pool.
//
//     node client.js WORLD CASE...
//
// WORLD is the JSON file that ../run writes. One line per case is printed: its name, a tab, and the challenges and
// outcome as they came over the wire. What they should have been is ../run's business.

"use strict";

const { createHmac } = require("node:crypto");
const { readFileSync } = require("node:fs");

// Every reply is noted as it passes: the library does not tell its caller which challenges it answered. This must be in
// place before the library loads, for it keeps the `fetch` it finds.
let trail = [];
const realFetch = globalThis.fetch;
globalThis.fetch = async (url, options) => {
  const reply = await realFetch(url, options);
  const body = await reply.clone().json();
  const operation = options.headers["X-Amz-Target"].split(".").pop();
  if (!reply.ok) trail.push(`${body.__type.split("#").pop()}: ${body.message ?? body.Message}`);
  else if (body.ChallengeName) trail.push(body.ChallengeName);
  else if (body.AuthenticationResult) trail.push("tokens");
  else trail.push(operation);
  return reply;
};

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require("amazon-cognito-identity-js");

const [worldFile, ...wanted] = process.argv.slice(2);
const world = JSON.parse(readFileSync(worldFile, "utf8"));
const { plain, fresh, totp, custom } = world.users;

const cases = {
  user: () => signIn(plain),
  "user-wrong-password": () => signIn({ ...plain, password: "wrong" }),
  "user-100-times": () => repeat(100, "user"),
  alias: () => signIn({ ...plain, username: plain.email }),
  "new-password": async () => {
    await signIn(fresh);
    await signIn({ ...fresh, password: fresh.newPassword });
  },
  totp: () => signIn(totp),
  "totp-wrong-code": () => signIn({ ...totp, totpCode: "000000" }),
  custom: () => signIn(custom, { flow: "CUSTOM_AUTH" }),
  "custom-wrong-password": () => signIn({ ...custom, password: "wrong" }, { flow: "CUSTOM_AUTH" }),
  "custom-wrong-answer": () => signIn({ ...custom, answer: "wrong" }, { flow: "CUSTOM_AUTH" }),
  device: () => signInTwice(plain),
  "device-instead-of-totp": () => signInTwice(totp),
  "device-20-times": () => repeat(20, "device"),
  "device-wrong-password": async () => {
    const storage = new Storage();
    await signIn(plain, { storage });
    storage.spoilDevicePassword();
    await signIn(plain, { storage });
  },
};

async function signInTwice(who) {
  const storage = new Storage();
  await signIn(who, { storage });
  await signIn(who, { storage });
}

// One number in 16 or in 256 is written with a leading zero: a single sign-in would not meet it.
async function repeat(times, name) {
  const counts = new Map();
  for (let i = 0; i < times; i++) {
    trail = [];
    await cases[name]();
    const seen = trail.join(" > ");
    counts.set(seen, (counts.get(seen) ?? 0) + 1);
  }
  trail = [...counts].map(([seen, count]) => `${count} x ${seen}`);
}

// What the library keeps between two sign-ins: tokens, and the remembered device.
class Storage {
  items = new Map();
  setItem(key, value) { this.items.set(key, String(value)); }
  getItem(key) { return this.items.get(key) ?? null; }
  removeItem(key) { this.items.delete(key); }
  clear() { this.items.clear(); }

  spoilDevicePassword() {
    const keys = [...this.items.keys()].filter((key) => key.endsWith(".randomPasswordKey"));
    if (keys.length !== 1) throw new Error(`expected one remembered device password, found ${keys.length}`);
    this.items.set(keys[0], "wrong");
  }
}

// One sign-in to its end. A refusal is an outcome here, and is in the trail already.
function signIn(who, { flow, storage = new Storage() } = {}) {
  const pool = new CognitoUserPool({
    UserPoolId: world.pool,
    ClientId: world.clients.public.id,
    endpoint: world.endpoint,
    Storage: storage,
  });
  const user = new CognitoUser({ Username: who.username, Pool: pool, Storage: storage });
  if (flow) user.setAuthenticationFlowType(flow);
  return new Promise((resolve, reject) => {
    const steps = {
      onSuccess: () => resolve(),
      onFailure: (error) => (trail.at(-1)?.startsWith(`${error.code}: `) ? resolve() : reject(error)),
      newPasswordRequired: () => user.completeNewPasswordChallenge(who.newPassword, {}, steps),
      totpRequired: () => user.sendMFACode(who.totpCode ?? totpNow(who.totpSecret), steps, "SOFTWARE_TOKEN_MFA"),
      customChallenge: () => user.sendCustomChallengeAnswer(who.answer, steps),
      mfaRequired: () => reject(new Error("unexpected SMS_MFA")),
      mfaSetup: () => reject(new Error("unexpected MFA_SETUP")),
      selectMFAType: () => reject(new Error("unexpected SELECT_MFA_TYPE")),
    };
    user.authenticateUser(new AuthenticationDetails({ Username: who.username, Password: who.password }), steps);
  });
}

// RFC 6238 with its usual parameters: SHA-1, 30 seconds, 6 digits.
function totpNow(base32) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const code = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, "0");
}

(async () => {
  for (const name of wanted) {
    trail = [];
    try {
      await cases[name]();
    } catch (error) {
      trail.push(`client error: ${error.message}`);
    }
    console.log(`${name}\t${trail.join(" > ")}`);
  }
})();
