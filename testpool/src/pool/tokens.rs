//! The end of a sign-in: tokens, a new device, and new tokens for old.

use serde_json::{Map, Value, json};

use super::Pool;
use super::sign_in::SignIn;
use crate::ServiceError;
use crate::token::{self, LIFETIME_SECONDS};
use crate::wire::Parameters;

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken {
    client_id: String,
    user: String,
    device_key: Option<String>,
    auth_time: i64,
}

impl Pool {
    /// Gives out the tokens, and a device where none was presented.
    pub(super) fn complete(&mut self, sign_in: &SignIn) -> Result<Value, ServiceError> {
        self.user(&sign_in.user)?;
        let given_out = (self.tracks_devices() && sign_in.device_key.is_none()).then(|| self.give_out_device(sign_in));
        let new_key = given_out.as_ref().map(|(device_key, _group_key)| device_key.clone());
        let grant = RefreshToken {
            client_id: sign_in.client_id.clone(),
            user: sign_in.user.clone(),
            device_key: new_key.or_else(|| sign_in.device_key.clone()),
            auth_time: self.now,
        };
        let mut result = self.issue(&grant)?;
        if let Some((device_key, group_key)) = given_out {
            let metadata = json!({ "DeviceKey": device_key, "DeviceGroupKey": group_key });
            result.insert("NewDeviceMetadata".to_owned(), metadata);
        }
        let handle = self.random.handle();
        result.insert("RefreshToken".to_owned(), json!(handle));
        self.refresh_tokens.insert(handle, grant);
        Ok(json!({ "ChallengeParameters": {}, "AuthenticationResult": result }))
    }

    pub(super) fn refresh(&mut self, client_id: &str, parameters: &Parameters) -> Result<Value, ServiceError> {
        let client = self.client(client_id)?;
        let handle = parameters.required("REFRESH_TOKEN")?;
        let grant = self
            .refresh_tokens
            .get(handle)
            .filter(|grant| grant.client_id == client_id)
            .ok_or_else(ServiceError::invalid_refresh_token)?
            .clone();
        client.check_secret_hash(&grant.user, parameters)?;
        self.check_device_of(&grant, parameters.get("DEVICE_KEY"))?;
        let result = self.issue(&grant)?;
        Ok(json!({ "ChallengeParameters": {}, "AuthenticationResult": result }))
    }

    /// A token that a confirmed device was given is good on that device only.
    fn check_device_of(&self, grant: &RefreshToken, presented: Option<&str>) -> Result<(), ServiceError> {
        let bound = grant.device_key.as_deref();
        let confirmed = bound
            .is_some_and(|device_key| self.devices.get(device_key).is_some_and(super::devices::Device::is_confirmed));
        let allowed = presented == bound || (presented.is_none() && !confirmed);
        let ignored = !self.tracks_devices();
        (allowed || ignored).then_some(()).ok_or_else(ServiceError::invalid_refresh_token)
    }

    /// Makes the tokens that come with every success.
    fn issue(&mut self, grant: &RefreshToken) -> Result<Map<String, Value>, ServiceError> {
        let access_claims = self.access_claims(grant)?;
        let id_claims = self.id_claims(grant)?;
        let mut result = Map::new();
        let mut insert = |name: &str, value| result.insert(name.to_owned(), value);
        insert("AccessToken", json!(token::sign(&self.key, &access_claims)));
        insert("IdToken", json!(token::sign(&self.key, &id_claims)));
        insert("ExpiresIn", json!(LIFETIME_SECONDS));
        insert("TokenType", json!("Bearer"));
        Ok(result)
    }

    fn access_claims(&mut self, grant: &RefreshToken) -> Result<Value, ServiceError> {
        let mut claims = self.common_claims(grant, "access")?;
        claims["client_id"] = json!(grant.client_id);
        claims["username"] = json!(grant.user);
        claims["scope"] = json!("aws.cognito.signin.user.admin");
        if let Some(device_key) = &grant.device_key {
            claims["device_key"] = json!(device_key);
        }
        Ok(claims)
    }

    fn id_claims(&mut self, grant: &RefreshToken) -> Result<Value, ServiceError> {
        let mut claims = self.common_claims(grant, "id")?;
        claims["aud"] = json!(grant.client_id);
        claims["cognito:username"] = json!(grant.user);
        for (name, value) in &self.user(&grant.user)?.attributes {
            claims[name] = json!(value);
        }
        Ok(claims)
    }

    fn common_claims(&mut self, grant: &RefreshToken, token_use: &str) -> Result<Value, ServiceError> {
        let host = format!("https://cognito-idp.{}.amazonaws.com", self.region());
        Ok(json!({
            "sub": self.user(&grant.user)?.sub,
            "iss": format!("{host}/{}", self.settings.pool_id),
            "token_use": token_use,
            "auth_time": grant.auth_time,
            "iat": self.now,
            "exp": self.now + LIFETIME_SECONDS,
            "jti": self.random.uuid(),
        }))
    }
}
