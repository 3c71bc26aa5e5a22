//! The flows that send the password itself.

use serde_json::{Value, json};

use crate::client::{PASSWORD, World, assert_incorrect, assert_refused, assert_signed_in};

fn parameters(password: &str) -> Value {
    json!({ "USERNAME": "alice", "PASSWORD": password })
}

#[test]
fn right_password_is_let_in_and_a_wrong_one_refused() {
    let mut world = World::with_alice();
    assert_signed_in(&world.initiate("USER_PASSWORD_AUTH", parameters(PASSWORD)));
    assert_incorrect(&world.initiate("USER_PASSWORD_AUTH", parameters("wrong")));
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        assert_signed_in(&world.admin_initiate(flow, parameters(PASSWORD)));
        assert_incorrect(&world.admin_initiate(flow, parameters("wrong")));
    }
}

#[test]
fn admin_flows_belong_to_the_admin_operation() {
    let mut world = World::with_alice();
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let reply = world.initiate(flow, parameters(PASSWORD));
        assert_refused(&reply, "InvalidParameterException", "Initiate Auth method not supported.");
    }
}

#[test]
fn missing_password_is_named() {
    let reply = World::with_alice().initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": "alice" }));
    assert_refused(&reply, "InvalidParameterException", "Missing required parameter PASSWORD");
}

#[test]
fn unknown_flow_or_operation_is_refused() {
    let mut world = World::with_alice();
    let reply = world.initiate("MAGIC_AUTH", parameters(PASSWORD));
    assert_eq!(reply.unwrap_err().name, "InvalidParameterException");
    let reply = world.pool.handle("SignUp", &json!({}));
    assert_eq!(reply.unwrap_err().name, "UnknownOperationException");
}
