//! What goes into a handshake: drawn from the seed, as `test-vectors/accumulated/README.md` says.

#![expect(clippy::integer_division_remainder_used, reason = "the mod of the description, on public values")]

use cognito_srp_reference::sha256;
use num_bigint::BigUint;

const SEED: &[u8] = b"cognito-srp-core accumulated 1238";
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 1 January 1583, and the seconds from there to the end of the year 9999.
const FIRST_SECOND: i64 = -12_212_553_600;
const SECONDS: u64 = 265_614_854_400;

/// The inputs of one handshake, of a user or of a device.
pub(super) struct Inputs {
    pub(super) number: u64,
    pub(super) a: BigUint,
    pub(super) b: BigUint,
    pub(super) salt: BigUint,
    pub(super) pool_name: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) username: String,
    pub(super) secret_block: Vec<u8>,
    pub(super) unix_seconds: i64,
    pub(super) is_device: bool,
    /// What the password is hashed with: the pool's name and the user's, or DeviceGroupKey and DeviceKey.
    pub(super) scope: String,
    pub(super) name: String,
    pub(super) password: String,
}

impl Inputs {
    pub(super) fn draw(number: u64) -> Self {
        let mut stream = Stream::new(number);
        let shape = stream.byte();
        let zero_digits = |place: u32| usize::from(shape >> (2 * place) & 3);
        let a = stream.integer(64) >> (4 * zero_digits(0));
        let b = stream.integer(32) >> (4 * zero_digits(1));
        let salt = stream.integer(16) >> (4 * zero_digits(2));
        let pool_name = stream.letters(1, 20);
        let client_id = stream.letters(1, 128);
        let client_secret = Some(stream.letters(1, 96)).filter(|_| zero_digits(3) != 0);
        let username = stream.text(1, 40);
        let secret_block_length = stream.length(1, 256);
        let secret_block = stream.bytes(secret_block_length);
        let seconds = stream.bytes(5).iter().fold(0, |seconds, &byte| seconds << 8 | u64::from(byte));
        let is_device = number % 2 == 1;
        let (name, scope, password) = if is_device {
            (stream.text(1, 40), format!("-{}", stream.letters(1, 20)), super::base64(&stream.bytes(40)))
        } else {
            (username.clone(), pool_name.clone(), stream.text(0, 63))
        };
        let unix_seconds = FIRST_SECOND.saturating_add_unsigned(seconds % SECONDS);
        Self {
            number,
            a,
            b,
            salt,
            pool_name,
            client_id,
            client_secret,
            username,
            secret_block,
            unix_seconds,
            is_device,
            scope,
            name,
            password,
        }
    }
}

/// SHA-256 of seed, handshake and block, one block after the other.
struct Stream {
    handshake: u64,
    block: u64,
    rest: Vec<u8>,
}

impl Stream {
    const fn new(handshake: u64) -> Self {
        Self { handshake, block: 0, rest: Vec::new() }
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.rest.len() < count {
            self.rest.extend(sha256(&[SEED, &self.handshake.to_be_bytes(), &self.block.to_be_bytes()]));
            self.block += 1;
        }
        self.rest.drain(..count).collect()
    }

    fn byte(&mut self) -> u8 {
        self.bytes(1)[0]
    }

    fn integer(&mut self, bytes: usize) -> BigUint {
        BigUint::from_bytes_be(&self.bytes(bytes))
    }

    fn length(&mut self, least: usize, most: usize) -> usize {
        least + usize::from(self.byte()) % (most - least + 1)
    }

    fn letters(&mut self, least: usize, most: usize) -> String {
        let length = self.length(least, most);
        self.bytes(length).iter().map(|byte| char::from(LETTERS[usize::from(byte % 62)])).collect()
    }

    fn text(&mut self, least: usize, most: usize) -> String {
        let length = self.length(least, most);
        (0..length).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        let bytes = self.bytes(3);
        if bytes[0] >= 128 {
            return char::from(32 + bytes[1] % 95);
        }
        let point = u32::from_be_bytes([0, bytes[0] % 16, bytes[1], bytes[2]]);
        char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}
