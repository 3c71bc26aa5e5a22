// amazon-cognito-identity-js for `compare`: one JSON object per line in, one per line out.
//
// In: a world as `logins` describes it; `a` and `now` may be absent, and then the client draws its own secret and reads
// its own clock. Out: SRP_A, TIMESTAMP, the signature, and the nanoseconds of the processor from the client's making to its answer.

"use strict";

const { createInterface } = require("node:readline");
const { AuthenticationDetails, AuthenticationHelper, CognitoUser, CognitoUserPool } = require("amazon-cognito-identity-js");
const { default: BigInteger } = require("amazon-cognito-identity-js/lib/BigInteger");

const drawA = AuthenticationHelper.prototype.generateRandomSmallA;
const RealDate = Date;

// The secret and the clock, where they are given: nothing else of the client is touched.
function replace({ a, now }) {
  AuthenticationHelper.prototype.generateRandomSmallA = a === undefined ? drawA : () => new BigInteger(a, 16);
  globalThis.Date = now === undefined ? RealDate : class extends RealDate {
    constructor() { super(now * 1000); }
  };
}

function signIn(world) {
  const start = process.cpuUsage();
  const pool = new CognitoUserPool({ UserPoolId: world.pool_id, ClientId: world.client_id });
  const user = new CognitoUser({ Username: world.username, Pool: pool });
  return new Promise((resolve, reject) => {
    // In place of the network: replies at once with the challenge, and is done when the answer comes.
    const sent = {};
    user.client = {
      request(operation, parameters, reply) {
        if (operation === "InitiateAuth") {
          sent.srp_a = parameters.AuthParameters.SRP_A;
          reply(null, { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: world.challenge });
        } else {
          const { TIMESTAMP: timestamp, PASSWORD_CLAIM_SIGNATURE: signature } = parameters.ChallengeResponses;
          const { user: own, system } = process.cpuUsage(start); // microseconds
          const nanoseconds = (own + system) * 1000;
          resolve({ ...sent, timestamp, signature, nanoseconds });
        }
      },
    };
    const details = new AuthenticationDetails({ Username: world.username, Password: world.password });
    user.authenticateUser(details, { onFailure: reject });
  });
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const world = JSON.parse(line);
    replace(world);
    await signIn(world); // warms up
    console.log(JSON.stringify(await signIn(world)));
  }
})();
