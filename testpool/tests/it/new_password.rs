//! Temporary passwords and users made over the API.

use serde_json::{Value, json};
use testpool::{NewUser, Settings};

use crate::client::{PASSWORD, World, alice, assert_asked, assert_refused, assert_signed_in};

const NEW: &str = "Corr3ct-horse";

fn world(required: &[&str]) -> World {
    let settings = Settings {
        required_attributes: required.iter().map(|name| (*name).to_owned()).collect(),
        ..Settings::default()
    };
    let attributes = [("email".to_owned(), "alice@example.com".to_owned())].into();
    World::new(settings, vec![NewUser { temporary: true, attributes, ..alice() }])
}

fn parsed(challenge: &Value, parameter: &str) -> Value {
    serde_json::from_str(challenge["ChallengeParameters"][parameter].as_str().unwrap()).unwrap()
}

#[test]
fn temporary_password_is_replaced_before_anything_else() {
    let mut world = world(&[]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "NEW_PASSWORD_REQUIRED");
    assert_eq!(parsed(&challenge, "userAttributes"), json!({ "email": "alice@example.com" }));
    assert_eq!(parsed(&challenge, "requiredAttributes"), json!([]));

    assert_signed_in(&world.respond(&challenge, json!({ "NEW_PASSWORD": NEW })));
    assert_signed_in(&world.sign_in("alice", NEW));
    let by_old = world.sign_in("alice", PASSWORD);
    assert_refused(&by_old, "NotAuthorizedException", "Incorrect username or password.");
}

#[test]
fn required_attributes_are_asked_for() {
    let mut world = world(&["email", "name"]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "NEW_PASSWORD_REQUIRED");
    assert_eq!(parsed(&challenge, "requiredAttributes"), json!(["userAttributes.name"]));

    let without = world.respond(&challenge, json!({ "NEW_PASSWORD": NEW }));
    assert_refused(&without, "InvalidParameterException", "Invalid attributes given, name is missing");
    let with = json!({ "NEW_PASSWORD": NEW, "userAttributes.name": "Alice" });
    assert_signed_in(&world.respond(&challenge, with));
}

/// A client that sends back all of what `userAttributes` showed it.
#[test]
fn attributes_that_are_given_are_not_given_again() {
    let mut world = world(&["email", "name"]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "NEW_PASSWORD_REQUIRED");
    for (attribute, message) in [
        ("email", "Cannot modify an already provided email"),
        ("email_verified", "Cannot modify the non-mutable attribute email_verified"),
        ("sub", "Cannot modify the non-mutable attribute sub"),
    ] {
        let mut answer = json!({ "NEW_PASSWORD": NEW, "userAttributes.name": "Alice" });
        answer[format!("userAttributes.{attribute}")] = json!("alice@example.com");
        assert_refused(&world.respond(&challenge, answer), "NotAuthorizedException", message);
    }
    assert_asked(&world.sign_in("alice", PASSWORD), "NEW_PASSWORD_REQUIRED");
}

#[test]
fn new_password_follows_the_policy() {
    let mut world = world(&[]);
    let challenge = assert_asked(&world.sign_in("alice", PASSWORD), "NEW_PASSWORD_REQUIRED");
    for (password, complaint) in [
        ("Sh0rt-1", "Password not long enough"),
        ("lower-case-0", "Password must have uppercase characters"),
        ("UPPER-CASE-0", "Password must have lowercase characters"),
        ("No-Digit-Here", "Password must have numeric characters"),
        ("NoSymbolHere0", "Password must have symbol characters"),
    ] {
        let reply = world.respond(&challenge, json!({ "NEW_PASSWORD": password }));
        let message = format!("Password did not conform with policy: {complaint}");
        assert_refused(&reply, "InvalidPasswordException", &message);
    }
    let nothing = world.respond(&challenge, json!({}));
    assert_refused(&nothing, "InvalidParameterException", "Missing required parameter NEW_PASSWORD");
}

#[test]
fn user_made_over_the_api_chooses_a_password_or_is_given_one() {
    let mut world = World::with_alice();
    let request = json!({
        "UserPoolId": "us-east-1_TestPool1",
        "Username": "carol@example.com",
        "TemporaryPassword": PASSWORD,
        "UserAttributes": [{ "Name": "name", "Value": "Carol" }],
    });
    let made = world.pool.handle("AdminCreateUser", &request).unwrap();
    assert_ne!(made["User"]["Username"], "carol@example.com");
    assert_asked(&world.sign_in("carol@example.com", PASSWORD), "NEW_PASSWORD_REQUIRED");

    let again = world.pool.handle("AdminCreateUser", &request);
    assert_refused(&again, "UsernameExistsException", "User account already exists");

    let set = json!({
        "UserPoolId": "us-east-1_TestPool1",
        "Username": "carol@example.com",
        "Password": NEW,
        "Permanent": true,
    });
    world.pool.handle("AdminSetUserPassword", &set).unwrap();
    assert_signed_in(&world.sign_in("carol@example.com", NEW));
}
