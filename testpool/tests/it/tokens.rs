//! What the tokens say, and new tokens for old.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};
use testpool::Client;

use crate::client::{
    CLIENT_ID, Device, NOW, PASSWORD, World, alice, assert_refused, assert_signed_in, bob, remembering,
};

fn claims(token: &Value) -> Value {
    let segments: Vec<&str> = token.as_str().unwrap().split('.').collect();
    assert_eq!(segments.len(), 3, "header, claims, tag");
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(segments[1]).unwrap()).unwrap()
}

#[test]
fn tokens_say_who_signed_in_where_and_when() {
    let mut world = World::new(remembering(), vec![bob()]);
    let reply = world.sign_in("bob@example.com", PASSWORD).unwrap();
    let result = &reply["AuthenticationResult"];
    assert_eq!((&result["TokenType"], &result["ExpiresIn"]), (&json!("Bearer"), &json!(3600)));

    let access = claims(&result["AccessToken"]);
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], CLIENT_ID);
    assert_eq!(access["username"], access["sub"]);
    assert_eq!(access["iss"], "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1");
    assert_eq!(access["device_key"], Device::of(&reply).key);
    assert_eq!((&access["auth_time"], &access["exp"]), (&json!(NOW), &json!(NOW + 3600)));

    let id = claims(&result["IdToken"]);
    assert_eq!(id["token_use"], "id");
    assert_eq!(id["aud"], CLIENT_ID);
    assert_eq!(id["email"], "bob@example.com");
    assert_eq!(id["cognito:username"], access["username"]);
}

#[test]
fn access_token_opens_the_account_until_it_expires() {
    let mut world = World::with_alice();
    let result = world.sign_in("alice", PASSWORD).unwrap()["AuthenticationResult"].clone();
    let get_user = |world: &mut World, token: &Value| world.pool.handle("GetUser", &json!({ "AccessToken": token }));
    assert_eq!(get_user(&mut world, &result["AccessToken"]).unwrap()["Username"], "alice");

    let forged = format!("{}x", result["AccessToken"].as_str().unwrap());
    for token in [&result["IdToken"], &json!(forged), &json!("a.b.c"), &json!("")] {
        assert_refused(&get_user(&mut world, token), "NotAuthorizedException", "Invalid Access Token");
    }
    world.pool.set_now(NOW + 3600);
    let late = get_user(&mut world, &result["AccessToken"]);
    assert_refused(&late, "NotAuthorizedException", "Access Token has expired");
}

#[test]
fn refresh_token_gives_new_tokens_and_keeps_the_old() {
    let mut world = World::with_alice();
    let result = world.sign_in("alice", PASSWORD).unwrap()["AuthenticationResult"].clone();
    world.pool.set_now(NOW + 60);
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let reply = world.initiate(flow, json!({ "REFRESH_TOKEN": result["RefreshToken"] })).unwrap();
        let refreshed = &reply["AuthenticationResult"];
        assert_eq!(refreshed.get("RefreshToken"), None);
        let access = claims(&refreshed["AccessToken"]);
        assert_eq!((&access["auth_time"], &access["iat"]), (&json!(NOW), &json!(NOW + 60)));
    }
    let unknown = world.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": "unknown" }));
    assert_refused(&unknown, "NotAuthorizedException", "Invalid Refresh Token.");
}

#[test]
fn refresh_token_belongs_to_one_client() {
    let mut world = World::with_alice();
    world.pool.add_client(Client { id: "another".to_owned(), secret: None });
    let result = world.sign_in("alice", PASSWORD).unwrap()["AuthenticationResult"].clone();
    let parameters = json!({ "REFRESH_TOKEN": result["RefreshToken"] });
    let body = json!({ "ClientId": "another", "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
    let reply = world.pool.handle("InitiateAuth", &body);
    assert_refused(&reply, "NotAuthorizedException", "Invalid Refresh Token.");
}

#[test]
fn refresh_token_of_a_confirmed_device_is_good_on_that_device_only() {
    let mut world = World::new(remembering(), vec![alice()]);
    let reply = world.sign_in("alice", PASSWORD).unwrap();
    let (device, result) = (Device::of(&reply), &reply["AuthenticationResult"]);
    let refresh = |world: &mut World, device_key: Value| {
        let parameters = json!({ "REFRESH_TOKEN": result["RefreshToken"], "DEVICE_KEY": device_key });
        world.initiate("REFRESH_TOKEN_AUTH", parameters)
    };
    assert_signed_in(&refresh(&mut world, Value::Null));
    let verifier = device.verifier();
    let confirm = json!({
        "AccessToken": result["AccessToken"],
        "DeviceKey": device.key,
        "DeviceSecretVerifierConfig": { "Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier },
    });
    world.pool.handle("ConfirmDevice", &confirm).unwrap();
    assert_signed_in(&refresh(&mut world, json!(device.key)));
    for other in [Value::Null, json!("us-east-1_0")] {
        assert_refused(&refresh(&mut world, other), "NotAuthorizedException", "Invalid Refresh Token.");
    }
}
