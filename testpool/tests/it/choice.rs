//! `USER_AUTH`: the user chooses the first factor.

use serde_json::{Value, json};
use testpool::{NewUser, Settings};

use crate::client::{
    NOW, PASSWORD, Reply, World, alice, assert_asked, assert_incorrect, assert_refused, assert_signed_in, srp_a,
    user_proof,
};

const CREDENTIAL: &str = r#"{"id":"alice's key"}"#;

fn world() -> World {
    let attributes = [("email", "alice@example.com"), ("phone_number", "+15550001234")];
    World::new(
        Settings::default(),
        vec![NewUser {
            attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            credential: Some(CREDENTIAL.to_owned()),
            ..alice()
        }],
    )
}

/// Chooses in the first request.
fn prefer(world: &mut World, choice: &str, more: &Value) -> Reply {
    world.initiate("USER_AUTH", merged(json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": choice }), more))
}

/// Chooses among what the first reply offers.
fn select(world: &mut World, choice: &str, more: &Value) -> Reply {
    let offer = assert_asked(&world.initiate("USER_AUTH", json!({ "USERNAME": "alice" })), "SELECT_CHALLENGE");
    world.respond(&offer, merged(json!({ "ANSWER": choice }), more))
}

fn merged(mut parameters: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    parameters.as_object_mut().unwrap().extend(more);
    parameters
}

#[test]
fn offer_lists_what_the_user_has() {
    let offer = world().initiate("USER_AUTH", json!({ "USERNAME": "alice" })).unwrap();
    assert_eq!(offer["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]));
    let offer = World::with_alice().initiate("USER_AUTH", json!({ "USERNAME": "alice" })).unwrap();
    assert_eq!(offer["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP"]));
}

#[test]
fn password_may_come_with_the_choice() {
    for choose in [prefer, select] {
        let mut world = world();
        assert_signed_in(&choose(&mut world, "PASSWORD", &json!({ "PASSWORD": PASSWORD })));
        assert_incorrect(&choose(&mut world, "PASSWORD", &json!({ "PASSWORD": "wrong" })));
    }
}

#[test]
fn password_may_come_after_the_choice() {
    for choose in [prefer, select] {
        let mut world = world();
        let challenge = assert_asked(&choose(&mut world, "PASSWORD", &json!({})), "PASSWORD");
        assert_signed_in(&world.respond(&challenge, json!({ "PASSWORD": PASSWORD })));
        assert_incorrect(&world.respond(&challenge, json!({ "PASSWORD": "wrong" })));
    }
}

#[test]
fn srp_a_may_come_with_the_choice() {
    for choose in [prefer, select] {
        let mut world = world();
        let a = world.draw_a();
        let reply = choose(&mut world, "PASSWORD_SRP", &json!({ "SRP_A": srp_a(&a) }));
        let challenge = assert_asked(&reply, "PASSWORD_VERIFIER");
        assert!(challenge["Session"].is_string());
        assert_incorrect(&world.respond(&challenge, user_proof(&challenge, &a, "wrong", NOW)));
        assert_signed_in(&world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, NOW)));
    }
}

#[test]
fn srp_a_may_come_after_the_choice() {
    let mut world = world();
    let challenge = assert_asked(&prefer(&mut world, "PASSWORD_SRP", &json!({})), "PASSWORD_SRP");
    let a = world.draw_a();
    let challenge = assert_asked(&world.respond(&challenge, json!({ "SRP_A": srp_a(&a) })), "PASSWORD_VERIFIER");
    assert_signed_in(&world.respond(&challenge, user_proof(&challenge, &a, PASSWORD, NOW)));
}

#[test]
fn code_is_sent_where_one_is_chosen() {
    for choose in [prefer, select] {
        for (choice, parameter) in [("EMAIL_OTP", "EMAIL_OTP_CODE"), ("SMS_OTP", "SMS_OTP_CODE")] {
            let mut world = world();
            let challenge = assert_asked(&choose(&mut world, choice, &json!({})), choice);
            let code = world.pool.last_code("alice").unwrap().to_owned();
            let wrong = world.respond(&challenge, json!({ (parameter): "not it" }));
            assert_refused(&wrong, "CodeMismatchException", "Invalid code received for user");
            assert_signed_in(&world.respond(&challenge, json!({ (parameter): code })));
        }
    }
}

#[test]
fn passkey_may_come_with_the_choice_or_after_it() {
    for choose in [prefer, select] {
        let mut world = world();
        assert_signed_in(&choose(&mut world, "WEB_AUTHN", &json!({ "CREDENTIAL": CREDENTIAL })));
        let challenge = assert_asked(&choose(&mut world, "WEB_AUTHN", &json!({})), "WEB_AUTHN");
        assert!(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].is_string());
        assert_signed_in(&world.respond(&challenge, json!({ "CREDENTIAL": CREDENTIAL })));
        assert_incorrect(&world.respond(&challenge, json!({ "CREDENTIAL": "{}" })));
    }
}

#[test]
fn choice_the_user_does_not_have_is_not_taken() {
    let mut world = World::with_alice();
    assert_asked(&prefer(&mut world, "EMAIL_OTP", &json!({})), "SELECT_CHALLENGE");
    let reply = select(&mut world, "EMAIL_OTP", &json!({}));
    assert_refused(&reply, "InvalidParameterException", "Selected challenge is not available");
}

#[test]
fn session_is_missed_where_one_was_given() {
    let mut world = world();
    let offer = world.initiate("USER_AUTH", json!({ "USERNAME": "alice" })).unwrap();
    let mut body = world.response(&offer, json!({ "ANSWER": "PASSWORD" }));
    body.as_object_mut().unwrap().remove("Session");
    let reply = world.pool.handle("RespondToAuthChallenge", &body);
    assert_refused(&reply, "InvalidParameterException", "Missing required parameter Session");
}
