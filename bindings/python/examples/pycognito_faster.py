"""pycognito with its two slow methods replaced: import this before the first sign-in."""

from pycognito import AWSSRP

from cognito_srp import claim_key, modpow

AWSSRP.calculate_a = lambda self: modpow(2, self.small_a_value)
AWSSRP.get_password_authentication_key = lambda self, name, password, b, salt: claim_key(
    self.small_a_value, b, int(salt, 16), self.pool_id.split("_")[1], name, password
)
