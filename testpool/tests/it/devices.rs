//! Remembered devices: given out, confirmed, asked to prove themselves, forgotten.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp_reference as srp;
use num_bigint::BigUint;
use serde_json::{Value, json};
use testpool::{DeviceTracking, Factor, NewDevice, NewUser, Settings};

use crate::client::{
    Device, NOW, PASSWORD, Reply, World, access_token, alice, assert_asked, assert_incorrect, assert_refused,
    assert_signed_in, bob, remembering, srp_a, user_proof,
};

/// Signs in with a device, as far as the reply to the user's proof.
fn sign_in_with(world: &mut World, username: &str, device: &Device) -> Reply {
    let (a, challenge) = world.start(username);
    let mut responses = user_proof(&challenge, &a, PASSWORD, NOW);
    responses["DEVICE_KEY"] = json!(device.key);
    world.respond(&challenge, responses)
}

fn confirm(world: &mut World, reply: &Reply, device: &Device) -> Reply {
    let srp::DeviceVerifier { salt, password_verifier } = device.verifier();
    confirm_as(world, reply, device, &salt, &password_verifier)
}

fn confirm_as(world: &mut World, reply: &Reply, device: &Device, salt: &str, verifier: &str) -> Reply {
    let request = json!({
        "AccessToken": access_token(reply),
        "DeviceKey": device.key,
        "DeviceName": "a test",
        "DeviceSecretVerifierConfig": { "Salt": salt, "PasswordVerifier": verifier },
    });
    world.pool.handle("ConfirmDevice", &request)
}

/// Signs in without a device and confirms the one that is given out.
fn enrol(world: &mut World, username: &str) -> Device {
    let reply = world.sign_in(username, PASSWORD);
    let device = Device::of(reply.as_ref().unwrap());
    confirm(world, &reply, &device).unwrap();
    device
}

#[track_caller]
fn assert_no_device(reply: &Reply) {
    assert_refused(reply, "ResourceNotFoundException", "Device does not exist.");
}

#[test]
fn device_is_given_out_confirmed_and_proves_itself() {
    let mut world = World::new(remembering(), vec![alice()]);
    let reply = world.sign_in("alice", PASSWORD);
    let device = Device::of(reply.as_ref().unwrap());
    assert!(device.key.starts_with("us-east-1_"));
    assert!(device.group_key.starts_with('-') && device.group_key.len() == 10);
    assert_eq!(confirm(&mut world, &reply, &device).unwrap(), json!({ "UserConfirmationNecessary": false }));

    for _ in 0..10 {
        let challenge = sign_in_with(&mut world, "alice", &device).unwrap();
        let reply = world.prove_device(&challenge, &device);
        assert_signed_in(&reply);
        assert_eq!(reply.unwrap()["AuthenticationResult"].get("NewDeviceMetadata"), None);
    }
}

#[test]
fn device_key_may_come_with_the_first_request() {
    let mut world = World::new(remembering(), vec![alice()]);
    let device = enrol(&mut world, "alice");
    for flow in ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"] {
        let parameters = json!({ "USERNAME": "alice", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key });
        let challenge = match flow {
            "USER_PASSWORD_AUTH" => world.initiate(flow, parameters),
            _ => world.admin_initiate(flow, parameters),
        };
        assert_signed_in(&world.prove_device(&challenge.unwrap(), &device));
    }
}

#[test]
fn device_follows_the_other_flows_too() {
    let settings = Settings { custom_answer: Some("42".to_owned()), ..remembering() };
    let mut world = World::new(settings, vec![alice()]);
    let device = enrol(&mut world, "alice");
    let parameters = json!({ "USERNAME": "alice", "DEVICE_KEY": device.key });
    let challenge = world.initiate("CUSTOM_AUTH", parameters).unwrap();
    let challenge = world.respond(&challenge, json!({ "ANSWER": "42" })).unwrap();
    assert_signed_in(&world.prove_device(&challenge, &device));
}

#[test]
fn device_with_another_password_is_refused() {
    let mut world = World::new(remembering(), vec![alice()]);
    let device = enrol(&mut world, "alice");
    let challenge = sign_in_with(&mut world, "alice", &device).unwrap();
    let imposter = Device { password: "another".to_owned(), ..device };
    assert_incorrect(&world.prove_device(&challenge, &imposter));
}

#[test]
fn wrong_user_password_comes_before_the_device() {
    let mut world = World::new(remembering(), vec![alice()]);
    let parameters = json!({ "USERNAME": "alice", "PASSWORD": "wrong", "DEVICE_KEY": "us-east-1_0" });
    assert_incorrect(&world.initiate("USER_PASSWORD_AUTH", parameters));
}

#[test]
fn device_that_was_never_confirmed_does_not_exist() {
    let mut world = World::new(remembering(), vec![alice()]);
    let reply = world.sign_in("alice", PASSWORD).unwrap();
    assert_no_device(&sign_in_with(&mut world, "alice", &Device::of(&reply)));
}

/// The reply to which a client starts again without the device: the same challenge still stands.
#[test]
fn forgotten_device_does_not_exist() {
    let mut world = World::new(remembering(), vec![alice()]);
    let by_user = |world: &mut World, device: &Device| {
        let access_token = access_token(&world.sign_in("alice", PASSWORD));
        let request = json!({ "AccessToken": access_token, "DeviceKey": device.key });
        world.pool.handle("ForgetDevice", &request)
    };
    let by_admin = |world: &mut World, device: &Device| {
        let request = json!({ "UserPoolId": "us-east-1_TestPool1", "Username": "alice", "DeviceKey": device.key });
        world.pool.handle("AdminForgetDevice", &request)
    };
    let ways: [fn(&mut World, &Device) -> Reply; 2] = [by_user, by_admin];
    for forget in ways {
        let device = enrol(&mut world, "alice");
        forget(&mut world, &device).unwrap();
        let (a, challenge) = world.start("alice");
        let mut responses = user_proof(&challenge, &a, PASSWORD, NOW);
        responses["DEVICE_KEY"] = json!(device.key);
        assert_no_device(&world.respond(&challenge, responses.clone()));
        responses["DEVICE_KEY"] = Value::Null;
        assert_signed_in(&world.respond(&challenge, responses));
        assert_no_device(&forget(&mut world, &device));
    }
}

#[test]
fn device_of_another_user_does_not_exist() {
    let mut world = World::new(remembering(), vec![alice(), bob()]);
    let device = enrol(&mut world, "alice");
    assert_no_device(&sign_in_with(&mut world, "bob@example.com", &device));
}

#[test]
fn device_is_confirmed_with_the_token_it_came_with() {
    let mut world = World::new(remembering(), vec![alice()]);
    let first = world.sign_in("alice", PASSWORD);
    let second = world.sign_in("alice", PASSWORD);
    let device = Device::of(first.as_ref().unwrap());
    assert_no_device(&confirm(&mut world, &second, &device));
}

#[test]
fn device_belongs_to_the_internal_name() {
    let mut world = World::new(remembering(), vec![bob()]);
    let device = enrol(&mut world, "bob@example.com");
    let challenge = sign_in_with(&mut world, "bob@example.com", &device).unwrap();
    assert_signed_in(&world.prove_device(&challenge, &device));

    // Answered under the typed alias, the step succeeds and the device is nobody's.
    let (a, challenge) = world.start("bob@example.com");
    let mut responses = user_proof(&challenge, &a, PASSWORD, NOW);
    responses["USERNAME"] = json!("bob@example.com");
    let reply = world.respond(&challenge, responses);
    let device = Device::of(reply.as_ref().unwrap());
    confirm(&mut world, &reply, &device).unwrap();
    assert_no_device(&sign_in_with(&mut world, "bob@example.com", &device));
}

/// The service reads both as signed integers and says nothing: it shows at the next sign-in.
#[test]
fn verifier_or_salt_without_its_sign_byte_is_taken_and_wrong() {
    for (salt_without, verifier_without) in [(true, false), (false, true)] {
        let mut world = World::new(remembering(), vec![alice()]);
        let reply = world.sign_in("alice", PASSWORD);
        let mut device = Device::of(reply.as_ref().unwrap());
        let salt = BigUint::from(0x8768_98e5_u32);
        let v = loop {
            device.password.push('.');
            let v = srp::verifier(&srp::x(&salt, &device.identity(), &device.password));
            if srp::enc(&v)[0] == 0 {
                break v;
            }
        };
        let encoded = |integer: &BigUint, without_sign: bool| {
            let bytes = if without_sign { integer.to_bytes_be() } else { srp::enc(integer) };
            BASE64_STANDARD.encode(bytes)
        };
        let (salt, verifier) = (encoded(&salt, salt_without), encoded(&v, verifier_without));
        confirm_as(&mut world, &reply, &device, &salt, &verifier).unwrap();

        let challenge = sign_in_with(&mut world, "alice", &device).unwrap();
        if salt_without {
            let responses = json!({ "DEVICE_KEY": device.key, "SRP_A": "2" });
            let challenge = world.respond(&challenge, responses).unwrap();
            assert!(challenge["ChallengeParameters"]["SALT"].as_str().unwrap().starts_with('-'));
        } else {
            assert_incorrect(&world.prove_device(&challenge, &device));
        }
    }
}

#[test]
fn broken_verifier_is_refused() {
    let mut world = World::new(remembering(), vec![alice()]);
    let reply = world.sign_in("alice", PASSWORD);
    let device = Device::of(reply.as_ref().unwrap());
    for (salt, verifier) in [("", "AQ=="), ("AQ==", ""), ("?", "AQ=="), ("AQ==", "AQ")] {
        let error = confirm_as(&mut world, &reply, &device, salt, verifier).unwrap_err();
        assert_eq!(error.name, "InvalidParameterException", "{salt:?} {verifier:?}");
    }
}

#[test]
fn remembered_device_takes_the_place_of_the_second_factor() {
    let user = NewUser {
        attributes: [("phone_number".to_owned(), "+15550001234".to_owned())].into(),
        mfa: [Factor::SmsMfa].into(),
        devices: vec![NewDevice {
            key: "us-east-1_0".to_owned(),
            group_key: "-abcdefghi".to_owned(),
            password: "device password".to_owned(),
        }],
        ..alice()
    };
    let device = Device {
        key: "us-east-1_0".to_owned(),
        group_key: "-abcdefghi".to_owned(),
        password: "device password".to_owned(),
    };
    let mut world = World::new(remembering(), vec![user]);
    assert_asked(&world.sign_in("alice", PASSWORD), "SMS_MFA");
    let challenge = sign_in_with(&mut world, "alice", &device).unwrap();
    assert_signed_in(&world.prove_device(&challenge, &device));
}

#[test]
fn device_counts_only_once_the_user_says_so_where_that_is_set() {
    let user = NewUser {
        attributes: [("phone_number".to_owned(), "+15550001234".to_owned())].into(),
        mfa: [Factor::SmsMfa].into(),
        code: Some("123456".to_owned()),
        ..alice()
    };
    let settings = Settings { devices: DeviceTracking::OptIn, ..Settings::default() };
    let mut world = World::new(settings, vec![user]);
    let challenge = world.sign_in("alice", PASSWORD).unwrap();
    let reply = world.respond(&challenge, json!({ "SMS_MFA_CODE": "123456" }));
    let device = Device::of(reply.as_ref().unwrap());
    assert_eq!(confirm(&mut world, &reply, &device).unwrap(), json!({ "UserConfirmationNecessary": true }));

    let challenge = assert_asked(&sign_in_with(&mut world, "alice", &device), "SMS_MFA");
    let challenge = world.respond(&challenge, json!({ "SMS_MFA_CODE": "123456" })).unwrap();
    assert_signed_in(&world.prove_device(&challenge, &device));

    let remember = json!({
        "AccessToken": access_token(&reply),
        "DeviceKey": device.key,
        "DeviceRememberedStatus": "remembered",
    });
    world.pool.handle("UpdateDeviceStatus", &remember).unwrap();
    assert_asked(&sign_in_with(&mut world, "alice", &device), "DEVICE_SRP_AUTH");
}

/// Else one remembered device would spare the second factor, and any other could then prove itself.
#[test]
fn each_device_step_names_the_device_that_was_presented() {
    let mut world = World::new(remembering(), vec![alice()]);
    let (device, other) = (enrol(&mut world, "alice"), enrol(&mut world, "alice"));
    let device_srp = sign_in_with(&mut world, "alice", &device).unwrap();
    let a = world.draw_a();
    let srp_a = json!({ "DEVICE_KEY": device.key, "SRP_A": srp_a(&a) });
    let verifier = assert_asked(&world.respond(&device_srp, srp_a.clone()), "DEVICE_PASSWORD_VERIFIER");
    let proof = device.proof(&verifier, &a);
    assert_signed_in(&world.respond(&verifier, proof.clone()));

    for (challenge, right) in [(device_srp, srp_a), (verifier, proof)] {
        let mut wrong = right.clone();
        wrong["DEVICE_KEY"] = json!(other.key);
        assert_no_device(&world.respond(&challenge, wrong));
        let mut missing = right;
        missing["DEVICE_KEY"] = Value::Null;
        let reply = world.respond(&challenge, missing);
        assert_refused(&reply, "InvalidParameterException", "Missing required parameter DEVICE_KEY");
    }
}

#[test]
fn device_steps_prove_the_client_secret_too() {
    let mut world = World::new(remembering(), vec![bob()]).with_secret("sesame");
    let device = enrol(&mut world, "bob@example.com");
    let challenge = sign_in_with(&mut world, "bob@example.com", &device).unwrap();
    assert_signed_in(&world.prove_device(&challenge, &device));
    world.secret = None;
    let error = world.prove_device(&challenge, &device).unwrap_err();
    assert!(error.message.ends_with("SECRET_HASH was not received"), "{error}");
}

#[test]
fn device_steps_have_a_session_unless_set() {
    let mut world = World::new(remembering(), vec![alice()]);
    let device = enrol(&mut world, "alice");
    let mut challenge = sign_in_with(&mut world, "alice", &device).unwrap();
    challenge.as_object_mut().unwrap().remove("Session").unwrap();
    let reply = world.prove_device(&challenge, &device);
    assert_refused(&reply, "InvalidParameterException", "Missing required parameter Session");

    let settings = Settings { sessionless_devices: true, ..remembering() };
    let mut world = World::new(settings, vec![alice()]);
    let device = enrol(&mut world, "alice");
    let challenge = sign_in_with(&mut world, "alice", &device).unwrap();
    assert_eq!(challenge.get("Session"), None);
    assert_signed_in(&world.prove_device(&challenge, &device));
    let imposter = Device { password: "another".to_owned(), ..device };
    assert_incorrect(&world.prove_device(&challenge, &imposter));
}

#[test]
fn pool_without_tracking_knows_no_devices() {
    let mut world = World::with_alice();
    let reply = world.sign_in("alice", PASSWORD).unwrap();
    assert_eq!(reply["AuthenticationResult"].get("NewDeviceMetadata"), None);
}
