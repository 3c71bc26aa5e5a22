//! Users and clients made and shown over the API.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Pool;
use crate::ServiceError;
use crate::settings::{Client, NewUser};
use crate::user::check_policy;
use crate::wire::{self, Attribute, attribute_list};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUser {
    user_pool_id: String,
    username: String,
    temporary_password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminSetUserPassword {
    user_pool_id: String,
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateUserPoolClient {
    user_pool_id: String,
    client_name: String,
    #[serde(default)]
    generate_secret: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetUser {
    access_token: String,
}

impl Pool {
    pub(super) fn admin_create_user(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: AdminCreateUser = wire::parse(body)?;
        self.check_pool(&request.user_pool_id)?;
        let attributes = request.user_attributes.into_iter();
        let name = self.add_user(NewUser {
            username: request.username,
            password: request.temporary_password.unwrap_or_default(),
            temporary: true,
            attributes: attributes.map(|attribute| (attribute.name, attribute.value)).collect(),
            ..NewUser::default()
        })?;
        let user = json!({
            "Username": name,
            "Attributes": attribute_list(&self.user(&name)?.attributes),
            "Enabled": true,
            "UserStatus": "FORCE_CHANGE_PASSWORD",
            "UserCreateDate": self.now,
            "UserLastModifiedDate": self.now,
        });
        Ok(json!({ "User": user }))
    }

    pub(super) fn admin_set_user_password(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: AdminSetUserPassword = wire::parse(body)?;
        self.check_pool(&request.user_pool_id)?;
        check_policy(&request.password)?;
        let user = self.find_user(&request.username).ok_or_else(ServiceError::no_such_user)?;
        let name = user.name.clone();
        self.set_password(&name, &request.password, !request.permanent)?;
        Ok(json!({}))
    }

    pub(super) fn create_user_pool_client(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: CreateUserPoolClient = wire::parse(body)?;
        self.check_pool(&request.user_pool_id)?;
        let id = self.random.letters_and_digits(26);
        let secret = request.generate_secret.then(|| self.random.letters_and_digits(51));
        let mut client = json!({
            "UserPoolId": request.user_pool_id,
            "ClientName": request.client_name,
            "ClientId": id,
        });
        if let Some(secret) = &secret {
            client["ClientSecret"] = json!(secret);
        }
        self.add_client(Client { id, secret });
        Ok(json!({ "UserPoolClient": client }))
    }

    pub(super) fn get_user(&self, body: &Value) -> Result<Value, ServiceError> {
        let GetUser { access_token } = wire::parse(body)?;
        let user = self.user(&self.bearer(&access_token)?)?;
        let mut attributes = attribute_list(&user.attributes);
        attributes.push(json!({ "Name": "sub", "Value": user.sub }));
        let mut reply = json!({ "Username": user.name, "UserAttributes": attributes });
        let mfa = user.usable_mfa();
        if !mfa.is_empty() {
            reply["UserMFASettingList"] = json!(mfa);
        }
        if let Some(factor) = user.preferred_mfa.filter(|factor| mfa.contains(factor)) {
            reply["PreferredMfaSetting"] = json!(factor);
        }
        Ok(reply)
    }
}
