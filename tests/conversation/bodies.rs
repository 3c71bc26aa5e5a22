//! Requests and replies as a driver over an SDK has them: field by field.

use cognito_srp_core::{
    AuthenticationResult, ChallengeResponse, Context, ContextData, InitiateAuth, Message, NewDeviceMetadata,
    Parameters, Reply, Request, UserContextData,
};
use serde_json::{Map, Value, json};

/// Everything that a context can have.
pub(crate) fn context() -> Context {
    let mut context = Context::default();
    context.client_metadata = [("campaign", "autumn")].into_iter().collect();
    context.analytics_endpoint_id = Some("endpoint".into());
    context.user_context_data =
        Some(UserContextData { ip_address: Some("192.0.2.1".into()), encoded_data: Some("eyJ9".into()) });
    context.context_data = Some(ContextData {
        ip_address: "192.0.2.1".into(),
        server_name: "example.com".into(),
        server_path: "/sign-in".into(),
        http_headers: vec![("User-Agent".into(), "a \"browser\"\n".into()), ("Accept".into(), "*/*".into())],
        encoded_data: None,
    });
    context
}

/// The body of a request from its fields, as a driver over an SDK reads them.
pub(crate) fn by_hand(request: &Request) -> Value {
    let mut body = match &request.message {
        Message::InitiateAuth(InitiateAuth { auth_flow, auth_parameters, session, .. }) => json!({
            "ClientId": request.client_id,
            "AuthFlow": auth_flow.as_str(),
            "AuthParameters": object(auth_parameters),
            "Session": session,
        }),
        Message::RespondToAuthChallenge(ChallengeResponse { challenge_name, challenge_responses, session, .. }) => {
            json!({
                "ClientId": request.client_id,
                "ChallengeName": challenge_name.as_str(),
                "ChallengeResponses": object(challenge_responses),
                "Session": session,
            })
        }
        Message::AssociateSoftwareToken(message) => return without_nulls(json!({ "Session": message.session })),
        Message::VerifySoftwareToken(message) => {
            return without_nulls(json!({ "UserCode": message.user_code, "Session": message.session }));
        }
        Message::ConfirmDevice(message) => {
            let verifier = &message.device_secret_verifier_config;
            return without_nulls(json!({
                "AccessToken": message.access_token,
                "DeviceKey": message.device_key,
                "DeviceSecretVerifierConfig": { "PasswordVerifier": verifier.password_verifier, "Salt": verifier.salt },
                "DeviceName": message.device_name,
            }));
        }
        other => panic!("no request of a sign-in: {other:?}"),
    };
    let Context { client_metadata, analytics_endpoint_id, user_context_data, context_data, .. } = &request.context;
    if client_metadata.iter().next().is_some() {
        body["ClientMetadata"] = object(client_metadata);
    }
    if let Some(id) = analytics_endpoint_id {
        body["AnalyticsMetadata"] = json!({ "AnalyticsEndpointId": id });
    }
    if request.admin {
        body["UserPoolId"] = json!(request.user_pool_id);
        if let Some(ContextData { ip_address, server_name, server_path, http_headers, .. }) = context_data {
            let header = |(name, value): &(String, String)| json!({ "headerName": name, "headerValue": value });
            body["ContextData"] = json!({
                "IpAddress": ip_address,
                "ServerName": server_name,
                "ServerPath": server_path,
                "HttpHeaders": http_headers.iter().map(header).collect::<Vec<_>>(),
            });
        }
    } else if let Some(UserContextData { ip_address, encoded_data }) = user_context_data {
        body["UserContextData"] = json!({ "IpAddress": ip_address, "EncodedData": encoded_data });
    }
    without_nulls(body)
}

fn without_nulls(mut body: Value) -> Value {
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    body
}

fn object(parameters: &Parameters) -> Value {
    parameters.iter().map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>().into()
}

/// A reply field by field, as a driver over an SDK fills it in.
pub(crate) fn by_fields(body: &Value) -> Reply {
    let text = |value: &Value| value.as_str().map(String::from);
    let mut reply = Reply::default();
    reply.challenge_name = text(&body["ChallengeName"]);
    reply.session = text(&body["Session"]);
    let parameters = body["ChallengeParameters"].as_object().into_iter().flatten();
    reply.challenge_parameters = parameters.filter_map(|(name, value)| Some((name, value.as_str()?))).collect();
    let available = body["AvailableChallenges"].as_array().into_iter().flatten();
    reply.available_challenges = available.filter_map(text).collect();
    reply.authentication_result = body["AuthenticationResult"].as_object().map(|result| {
        let get = |name: &str| result.get(name).and_then(text);
        let mut tokens = AuthenticationResult::default();
        tokens.access_token = get("AccessToken");
        tokens.id_token = get("IdToken");
        tokens.refresh_token = get("RefreshToken");
        tokens.token_type = get("TokenType");
        tokens.expires_in =
            result.get("ExpiresIn").and_then(Value::as_i64).map_or(0, |seconds| seconds.try_into().unwrap());
        tokens.new_device_metadata = result.get("NewDeviceMetadata").map(|device| NewDeviceMetadata {
            device_key: text(&device["DeviceKey"]),
            device_group_key: text(&device["DeviceGroupKey"]),
        });
        tokens
    });
    reply.secret_code = text(&body["SecretCode"]);
    reply.status = text(&body["Status"]);
    reply.user_confirmation_necessary = body["UserConfirmationNecessary"].as_bool().unwrap_or_default();
    reply
}

/// The same reply as other services and other times write it.
pub(crate) fn noisy(reply: &Value) -> Value {
    let mut reply = reply.clone();
    if reply["ChallengeName"].is_string() {
        // An empty Session is as good as none.
        reply.as_object_mut().unwrap().entry("Session").or_insert_with(|| "".into());
        // And there are languages in which what is absent is empty.
        reply["AuthenticationResult"] = json!({ "AccessToken": null, "ExpiresIn": 0 });
    }
    if reply["ChallengeName"] == "PASSWORD_VERIFIER" {
        reply["ChallengeParameters"].as_object_mut().unwrap().remove("USERNAME");
    }
    for later in ["Session", "AvailableChallenges", "AuthenticationResult", "SecretCode", "Status", "SomeLaterMember"] {
        reply.as_object_mut().unwrap().entry(later).or_insert(Value::Null);
    }
    reply
}
