//! App clients with a secret: every request proves it, over the very user name it carries.

use cognito_srp_reference as srp;
use serde_json::json;
use testpool::Settings;

use crate::client::{CLIENT_ID, NOW, PASSWORD, World, assert_refused, assert_signed_in, bob, user_proof};

const SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
const NAME: &str = "bob@example.com";

fn world() -> World {
    World::new(Settings::default(), vec![bob()]).with_secret(SECRET)
}

fn unverified() -> String {
    format!("Unable to verify secret hash for client {CLIENT_ID}")
}

#[test]
fn right_hash_in_every_request_signs_in() {
    assert_signed_in(&world().sign_in(NAME, PASSWORD));
}

#[test]
fn missing_hash_is_refused() {
    let mut world = world();
    world.secret = None;
    let reply = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": NAME, "SRP_A": "2" }));
    let message = format!("Client {CLIENT_ID} is configured with secret but SECRET_HASH was not received");
    assert_refused(&reply, "NotAuthorizedException", &message);
}

#[test]
fn hash_with_another_secret_is_refused() {
    let mut world = world();
    world.secret = Some("another".to_owned());
    let reply = world.initiate("USER_SRP_AUTH", json!({ "USERNAME": NAME, "SRP_A": "2" }));
    assert_refused(&reply, "NotAuthorizedException", &unverified());
}

/// The typed name is hashed in the first request; in the second, the challenge's takes its place.
#[test]
fn hash_over_another_name_than_the_request_carries_is_refused() {
    let mut world = world();
    let (a, challenge) = world.start(NAME);
    let mut responses = user_proof(&challenge, &a, PASSWORD, NOW);
    responses["SECRET_HASH"] = json!(srp::secret_hash(SECRET, NAME, CLIENT_ID));
    let reply = world.respond(&challenge, responses.clone());
    assert_refused(&reply, "NotAuthorizedException", &unverified());

    responses["USERNAME"] = json!(NAME);
    assert_signed_in(&world.respond(&challenge, responses));
}

#[test]
fn user_name_is_missed_before_the_hash() {
    let reply = world().initiate("USER_SRP_AUTH", json!({ "SRP_A": "2" }));
    assert_refused(&reply, "InvalidParameterException", "Missing required parameter USERNAME");
}

#[test]
fn refresh_proves_the_secret_over_the_internal_name() {
    let mut world = world();
    let (a, challenge) = world.start(NAME);
    let name = challenge["ChallengeParameters"]["USERNAME"].as_str().unwrap().to_owned();
    let tokens = world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, NOW)).unwrap();
    let refresh_token = &tokens["AuthenticationResult"]["RefreshToken"];
    for (hashed, right) in [(name.as_str(), true), (NAME, false)] {
        let secret_hash = srp::secret_hash(SECRET, hashed, CLIENT_ID);
        let parameters = json!({ "REFRESH_TOKEN": refresh_token, "SECRET_HASH": secret_hash });
        let reply = world.initiate("REFRESH_TOKEN_AUTH", parameters);
        if right {
            assert_signed_in(&reply);
        } else {
            assert_refused(&reply, "NotAuthorizedException", &unverified());
        }
    }
}

#[test]
fn made_client_has_a_secret_when_asked_for() {
    let mut world = world();
    for generate in [true, false] {
        let request = json!({ "UserPoolId": "us-east-1_TestPool1", "ClientName": "made", "GenerateSecret": generate });
        let client = world.pool.handle("CreateUserPoolClient", &request).unwrap()["UserPoolClient"].clone();
        let (id, secret) = (client["ClientId"].as_str().unwrap(), client["ClientSecret"].as_str());
        assert_eq!(secret.is_some(), generate);
        let mut parameters = json!({ "USERNAME": NAME, "PASSWORD": PASSWORD });
        if let Some(secret) = secret {
            parameters["SECRET_HASH"] = json!(srp::secret_hash(secret, NAME, id));
        }
        let body = json!({ "ClientId": id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        assert_signed_in(&world.pool.handle("InitiateAuth", &body));
    }
}
