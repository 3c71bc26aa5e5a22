//! A client of the pool, on the reference's arithmetic. It echoes what came, and nothing more.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp_reference as srp;
use num_bigint::BigUint;
use serde_json::{Value, json};
use testpool::{Client, DeviceTracking, NewUser, Pool, Seed, ServiceError, Settings};

pub(crate) type Reply = Result<Value, ServiceError>;

pub(crate) const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
pub(crate) const PASSWORD: &str = "Tr0ub4dor&3";

/// Tue Nov 3 09:07:05 UTC 2026.
pub(crate) const NOW: i64 = 1_793_696_825;

/// A pool and a client of it.
pub(crate) struct World {
    pub(crate) pool: Pool,
    pub(crate) secret: Option<String>,
    /// A fresh `a` for each exchange.
    a: BigUint,
}

impl World {
    pub(crate) fn new(settings: Settings, users: Vec<NewUser>) -> Self {
        let client = Client { id: CLIENT_ID.to_owned(), secret: None };
        let mut pool = Seed { pool: settings, clients: vec![client], users }.into_pool([7; 32]).unwrap();
        pool.set_now(NOW);
        let a = srp::from_hex("d5ee1a62b6afffada20afcee8570bcf4c532652431d2a71c781cf3b8ba2d602b").unwrap();
        Self { pool, secret: None, a }
    }

    /// One user, alice, in a pool without devices.
    pub(crate) fn with_alice() -> Self {
        Self::new(Settings::default(), vec![alice()])
    }

    /// Gives the client a secret.
    pub(crate) fn with_secret(mut self, secret: &str) -> Self {
        self.pool.add_client(Client { id: CLIENT_ID.to_owned(), secret: Some(secret.to_owned()) });
        self.secret = Some(secret.to_owned());
        self
    }

    pub(crate) fn initiate(&mut self, flow: &str, parameters: Value) -> Reply {
        let body = self.initiate_body(flow, parameters);
        self.pool.handle("InitiateAuth", &body)
    }

    pub(crate) fn admin_initiate(&mut self, flow: &str, parameters: Value) -> Reply {
        let mut body = self.initiate_body(flow, parameters);
        body["UserPoolId"] = json!(Settings::default().pool_id);
        self.pool.handle("AdminInitiateAuth", &body)
    }

    fn initiate_body(&self, flow: &str, parameters: Value) -> Value {
        let parameters = self.with_secret_hash(parameters);
        json!({ "ClientId": CLIENT_ID, "AuthFlow": flow, "AuthParameters": parameters })
    }

    /// Answers a challenge under the challenge's own user name, unless the responses give another.
    pub(crate) fn respond(&mut self, challenge: &Value, responses: Value) -> Reply {
        let body = self.response(challenge, responses);
        self.pool.handle("RespondToAuthChallenge", &body)
    }

    pub(crate) fn response(&self, challenge: &Value, mut responses: Value) -> Value {
        let parameters = &challenge["ChallengeParameters"];
        if responses.get("USERNAME").is_none() {
            let name = parameters.get("USERNAME").unwrap_or(&parameters["USER_ID_FOR_SRP"]);
            responses["USERNAME"] = name.clone();
        }
        let mut body = json!({
            "ClientId": CLIENT_ID,
            "ChallengeName": challenge["ChallengeName"],
            "ChallengeResponses": self.with_secret_hash(responses),
        });
        if let Some(session) = challenge.get("Session") {
            body["Session"] = session.clone();
        }
        body
    }

    fn with_secret_hash(&self, mut parameters: Value) -> Value {
        let username = parameters["USERNAME"].as_str().unwrap_or_default();
        if let (Some(secret), None) = (&self.secret, parameters.get("SECRET_HASH")) {
            parameters["SECRET_HASH"] = json!(srp::secret_hash(secret, username, CLIENT_ID));
        }
        parameters
    }

    /// Draws the private value of the next exchange.
    pub(crate) fn draw_a(&mut self) -> BigUint {
        self.a += 1_u8;
        self.a.clone()
    }

    /// Starts `USER_SRP_AUTH`.
    pub(crate) fn start(&mut self, username: &str) -> (BigUint, Value) {
        let a = self.draw_a();
        let parameters = json!({ "USERNAME": username, "SRP_A": srp_a(&a) });
        (a, self.initiate("USER_SRP_AUTH", parameters).unwrap())
    }

    /// Signs in by `USER_SRP_AUTH`, as far as the reply to the proof.
    pub(crate) fn sign_in(&mut self, username: &str, password: &str) -> Reply {
        let (a, challenge) = self.start(username);
        self.respond(&challenge, user_proof(&challenge, &a, password, NOW))
    }

    /// Does the two steps by which a remembered device proves itself.
    pub(crate) fn prove_device(&mut self, challenge: &Value, device: &Device) -> Reply {
        assert_eq!(challenge["ChallengeName"], "DEVICE_SRP_AUTH");
        let a = self.draw_a();
        let responses = json!({ "DEVICE_KEY": device.key, "SRP_A": srp_a(&a) });
        let challenge = self.respond(challenge, responses)?;
        assert_eq!(challenge["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
        self.respond(&challenge, device.proof(&challenge, &a))
    }
}

pub(crate) fn alice() -> NewUser {
    NewUser { username: "alice".to_owned(), password: PASSWORD.to_owned(), ..NewUser::default() }
}

/// A user who signs in with an e-mail address.
pub(crate) fn bob() -> NewUser {
    NewUser { username: "bob@example.com".to_owned(), password: PASSWORD.to_owned(), ..NewUser::default() }
}

pub(crate) fn remembering() -> Settings {
    Settings { devices: DeviceTracking::Always, ..Settings::default() }
}

/// A device as its client keeps it.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) group_key: String,
    pub(crate) password: String,
}

impl Device {
    /// Reads the device that came with the tokens.
    pub(crate) fn of(reply: &Value) -> Self {
        let metadata = &reply["AuthenticationResult"]["NewDeviceMetadata"];
        let text = |member: &str| metadata[member].as_str().unwrap().to_owned();
        Self { key: text("DeviceKey"), group_key: text("DeviceGroupKey"), password: "device password".to_owned() }
    }

    pub(crate) fn identity(&self) -> srp::Identity<'_> {
        srp::Identity { scope: &self.group_key, name: &self.key }
    }

    pub(crate) fn verifier(&self) -> srp::DeviceVerifier {
        let salt = BigUint::from(0x7768_98e5_u32);
        srp::device_verifier(&self.identity(), &self.password, &salt)
    }

    pub(crate) fn proof(&self, challenge: &Value, a: &BigUint) -> Value {
        let mut responses = proof(challenge, &self.identity(), &self.password, a, &srp::timestamp(NOW));
        responses["DEVICE_KEY"] = json!(self.key);
        responses
    }
}

pub(crate) fn srp_a(a: &BigUint) -> String {
    srp::to_hex(&srp::public_a(a))
}

pub(crate) fn user_proof(challenge: &Value, a: &BigUint, password: &str, now: i64) -> Value {
    user_proof_at(challenge, a, password, &srp::timestamp(now))
}

pub(crate) fn user_proof_at(challenge: &Value, a: &BigUint, password: &str, timestamp: &str) -> Value {
    let name = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"].as_str().unwrap();
    let identity = srp::Identity { scope: "TestPool1", name };
    proof(challenge, &identity, password, a, timestamp)
}

#[expect(non_snake_case, reason = "SRP's B and S are other values than its b and s")]
pub(crate) fn proof(
    challenge: &Value,
    identity: &srp::Identity<'_>,
    password: &str,
    a: &BigUint,
    timestamp: &str,
) -> Value {
    let parameter = |name: &str| challenge["ChallengeParameters"][name].as_str().unwrap();
    let B = srp::from_hex(parameter("SRP_B")).unwrap();
    let salt = srp::from_hex(parameter("SALT")).unwrap();
    let u = srp::u(&srp::public_a(a), &B);
    let S = srp::client_s(a, &B, &u, &srp::x(&salt, identity, password));
    claim(challenge, identity, &srp::claim_key(&srp::prk(&u, &S)), timestamp)
}

/// Signs the claim with this key.
pub(crate) fn claim(challenge: &Value, identity: &srp::Identity<'_>, key: &[u8; 16], timestamp: &str) -> Value {
    let secret_block = challenge["ChallengeParameters"]["SECRET_BLOCK"].as_str().unwrap();
    let decoded = BASE64_STANDARD.decode(secret_block).unwrap();
    json!({
        "PASSWORD_CLAIM_SIGNATURE": BASE64_STANDARD.encode(srp::signature(key, identity, &decoded, timestamp)),
        "PASSWORD_CLAIM_SECRET_BLOCK": secret_block,
        "TIMESTAMP": timestamp,
    })
}

#[track_caller]
pub(crate) fn assert_signed_in(reply: &Reply) {
    let result = &reply.as_ref().unwrap()["AuthenticationResult"];
    assert!(result["AccessToken"].is_string(), "no tokens in {reply:?}");
}

#[track_caller]
pub(crate) fn assert_refused(reply: &Reply, name: &str, message: &str) {
    let error = reply.as_ref().unwrap_err();
    assert_eq!((error.name, error.message.as_str()), (name, message));
}

#[track_caller]
pub(crate) fn assert_incorrect(reply: &Reply) {
    assert_refused(reply, "NotAuthorizedException", "Incorrect username or password.");
}

#[track_caller]
pub(crate) fn assert_asked(reply: &Reply, challenge: &str) -> Value {
    let reply = reply.as_ref().unwrap();
    assert_eq!(reply["ChallengeName"], challenge, "{reply}");
    reply.clone()
}

pub(crate) fn access_token(reply: &Reply) -> String {
    reply.as_ref().unwrap()["AuthenticationResult"]["AccessToken"].as_str().unwrap().to_owned()
}
