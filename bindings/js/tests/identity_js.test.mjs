// amazon-cognito-identity-js, with its exponentiation and with ours: `../with-testpool node --test tests/identity_js.test.mjs`. CHALLENGES says how many.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { init } from "cognito-srp-core/arithmetic";
import { faster } from "../examples/faster_identity_js.mjs";

const require = createRequire(import.meta.url);
const { AuthenticationDetails, AuthenticationHelper, CognitoUser, CognitoUserPool } = require("amazon-cognito-identity-js");
const { default: BigInteger } = require("amazon-cognito-identity-js/lib/BigInteger");

const challenges = Number(process.env.CHALLENGES ?? 40);
const N = new AuthenticationHelper("x").N;
const drawA = AuthenticationHelper.prototype.generateRandomSmallA;

await init();

/** What the service could say, and what the client draws: in the library 1024 bits, where 512 hide as much. */
function world(bits = 1024) {
  const b = new BigInteger(randomBytes(384).toString("hex"), 16).mod(N);
  return {
    a: randomBytes(bits / 8).toString("hex"),
    password: randomBytes(12).toString("base64"),
    challenge: {
      SRP_B: b.toString(16),
      SALT: new BigInteger(randomBytes(16).toString("hex"), 16).toString(16),
      SECRET_BLOCK: randomBytes(1000).toString("base64"),
      USER_ID_FOR_SRP: "alice",
      USERNAME: "alice",
    },
  };
}

/** One login of the library, whose network answers at once: what it has sent, and the milliseconds until then. */
function login({ a, password, challenge }) {
  AuthenticationHelper.prototype.generateRandomSmallA = () => new BigInteger(a, 16);
  const user = new CognitoUser({ Username: "alice", Pool: new CognitoUserPool({ UserPoolId: "us-east-1_TestPool1", ClientId: "testclient" }) });
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sent = {};
    user.client = {
      request(operation, parameters, reply) {
        if (operation === "InitiateAuth") {
          sent.srpA = parameters.AuthParameters.SRP_A;
          reply(null, { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: challenge });
        } else {
          resolve({ ...sent, ...parameters.ChallengeResponses, took: performance.now() - began });
        }
      },
    };
    user.authenticateUser(new AuthenticationDetails({ Username: "alice", Password: password }), { onFailure: reject });
  }).finally(() => (AuthenticationHelper.prototype.generateRandomSmallA = drawA));
}

/** The same with ours. */
async function fasterLogin(world) {
  const restore = faster(N);
  try {
    return await login(world);
  } finally {
    restore();
  }
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

test("the same SRP_A and signature, whatever the challenge; and the times of both, in turns", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1730000000000 });
  await fasterLogin(world()); // compiles what is compiled when it is used
  await login(world());
  const [theirs, ours, short] = [[], [], []];
  for (let i = 0; i < challenges; i++) {
    const given = world();
    const [one, other] = [await login(given), await fasterLogin(given)];
    theirs.push(one.took);
    ours.push(other.took);
    short.push((await fasterLogin(world(512))).took);
    assert.deepEqual({ ...other, took: 0 }, { ...one, took: 0 });
    assert.match(one.PASSWORD_CLAIM_SIGNATURE, /^[A-Za-z0-9+/]{43}=$/);
  }
  const ratio = median(theirs) / median(ours);
  console.log(
    `FIGURE: amazon-cognito-identity-js: ${median(theirs).toFixed(1)} ms a login, ${median(ours).toFixed(1)} ms with our modpow: ` +
      `${ratio.toFixed(1)} times as fast, ${challenges} of ${challenges} signatures the same; with 512 bits of its own secret in place of ` +
      `1024 ${median(short).toFixed(1)} ms: ${(median(theirs) / median(short)).toFixed(1)} times`,
  );
  assert.ok(ratio > 1);
});

test("powers of any base: negative ones, 0, 1, N - 1, and beyond N", () => {
  const bases = ["0", "1", "2", "-1", "-2", N.toString(16), N.subtract(BigInteger.ONE).toString(16), N.multiply(N).toString(16), `-${N.multiply(N).toString(16)}`];
  const exponents = ["1", "2", "ff", randomBytes(32).toString("hex")];
  for (const base of bases) {
    for (const exponent of exponents) {
      const power = () => new BigInteger(base, 16).modPow(new BigInteger(exponent, 16), N, () => {}).mod(N).toString(16);
      const theirs = power();
      const restore = faster(N);
      try {
        assert.equal(power(), theirs, `${base} ^ ${exponent}`);
      } finally {
        restore();
      }
    }
  }
});

test("it signs in to a pool that verifies, and has a device remembered", async () => {
  const restore = faster(N);
  const kept = new Map();
  const Storage = {
    setItem: (key, value) => kept.set(key, String(value)),
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => kept.delete(key),
    clear: () => kept.clear(),
  };
  const pool = new CognitoUserPool({ UserPoolId: "us-east-1_TestPool1", ClientId: "testclient", endpoint: process.env.COGNITO_ENDPOINT, Storage });
  const signIn = () =>
    new Promise((onSuccess, onFailure) => {
      const user = new CognitoUser({ Username: "alice", Pool: pool, Storage });
      user.authenticateUser(new AuthenticationDetails({ Username: "alice", Password: "Wonderland1!" }), { onSuccess, onFailure });
    });
  try {
    for (let i = 0; i < 2; i++) {
      const session = await signIn();
      assert.equal(session.getAccessToken().payload.username, "alice");
      assert.ok([...kept.keys()].some((key) => key.endsWith(".deviceKey")), "the second one has a device");
    }
  } finally {
    restore();
  }
});
